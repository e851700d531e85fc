//! What providers and travelers of the demo write to each other.

/// With a yes.
pub const YES: &[&str] = &[
    "With pleasure. I will wait for you at the door.",
    "You are very welcome. Bring shoes that have seen stairs.",
    "Yes, and thank you for the kind words.",
    "That works well. If anything changes, write to me here.",
    "",
    "",
];

/// With a no.
pub const NO: &[&str] = &[
    "I am sorry, that day I am with a school class. Any other day of the week would be a joy.",
    "Sadly not: the road is closed for a race. Would the day after do?",
    "I have to say no this time; my daughter is getting married.",
    "For a party like yours it would be too crowded that day. Please do ask again.",
];

/// With a no, because somebody was faster.
pub const GONE: &str =
    "I am sorry, the last place went an hour ago. Please do ask for another day!";

/// With a counter-offer by a provider.
pub const INSTEAD: &[&str] = &[
    "Later in the day the light is better and the street is empty. I take something off for the change.",
    "For so many people I would bring a second guide, hence the price. It is worth it, I promise.",
    "I can do it a little cheaper that week, it is quiet.",
    "How about this? I keep the place for you until then.",
];

/// With a price for what has to be quoted.
pub const QUOTE: &[&str] = &[
    "I have counted everything twice: boats, lunch, music, and umbrellas in case. This is the price for all of you.",
    "With this plan nobody has to hurry. Tell me if the budget is another one and we will find a way.",
];

/// With a counter-offer by a traveler.
pub const COULD_YOU: &[&str] = &[
    "That is a little above what we have put aside. Could we meet here?",
    "We would love to. Would this be possible, as we are coming twice?",
];

/// With a traveler's no.
pub const THANKS_BUT: &[&str] = &[
    "Thank you for trying! Our train leaves too early for that.",
    "It is a fair offer, but the others have found something else. Another time!",
];

/// When a provider cancels what was paid.
pub const CANNOT: &[&str] = &[
    "The van has lost its exhaust on the bridge and will be at the workshop all week. I am so sorry; all of it comes back.",
    "I have lost my voice, and what is a guide without one? All of it comes back.",
];

/// When a traveler cancels what was paid.
pub const NOT_COMING: &[&str] = &[
    "Our flight was cancelled and the next one is too late.",
    "One of us is ill. Next year!",
    "We mixed up the weeks. I am sorry for the trouble.",
];

/// Said along the way, by turns: traveler, provider, traveler.
pub const TALK: &[[&str; 3]] = &[
    [
        "One more question: is there a place to leave our bags?",
        "Of course, behind the counter. Nobody has ever lost one.",
        "Perfect, thank you!",
    ],
    [
        "Would it be very bad if we came ten minutes late?",
        "Ten minutes are fine. Fifteen and the coffee is cold.",
        "We will run.",
    ],
    [
        "Is it suitable in the rain?",
        "It is nicer in the rain. I bring umbrellas.",
        "Then we hope for rain ☔",
    ],
];

/// A traveler who writes everything: it must fit on every screen, and nobody should have to scroll sideways.
pub const LONG: &str = "Dear Inês,

we are the family of the bride and it has fallen to me to write to you, since I am the aunt with the spreadsheet. \
We will be twenty-six, if Uncle Fergus comes, and twenty-five and a great deal quieter if he does not.

What we hope for is a day on which people who have only seen each other in photographs become one party: some on a \
boat, some at a table in the shade, all of them back in Lisbon by eight, because the wedding is the day after and the \
bride has asked for a night without incidents.

Some facts. Four of us are over seventy-five; they walk, but not up. Three are under six. Two are vegetarian, one is \
coeliac, and my nephew says he is allergic to olives, which nobody believes. Six play an instrument. One is a priest, \
which may be useful or not. Languages: English, Irish when they do not want to be understood, Portuguese (two), and \
French (one, proudly).

We do not need anything grand. We have seen the pictures of your van and laughed very much at the thought of \
twenty-six people in it; we understand that you know somebody with a bus. What we would like is somebody who has a \
plan, and who is not upset when the plan is not followed.

Could you tell us what such a day would cost, what you would leave out if it were yours, and whether May is too early \
to swim? (It is not for us. We are from Donegal.)

With many thanks and looking forward to hearing from you,
Aoife Ní Bhriain, aunt";

/// A traveler whose words try to reach the terminal behind the screen.
pub const MISCHIEF: &str = "My nephew claims your screen turns red if I write \u{1b}[41m\u{1b}[2Jthis\u{1b}[0m, and \
that the window is then called \u{1b}]0;Callum was here\u{7}. And that \u{202e}001 RUE is a hundred euros backwards. \
Is he right? If so, I apologise, and we still want to come. \u{9b}31m \u{8}\u{8}\u{8}";
