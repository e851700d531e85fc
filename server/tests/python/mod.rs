//! Programs in Python that are tried beside ours, each with what it needs in a folder of the build.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

/// A script of `tests/`, and a Python that has what the `requirements.txt` beside it asks for.
pub struct Script {
    pub python: PathBuf,
    pub path: PathBuf,
}

/// The script, ready to be run; none, said aloud, on a machine that cannot.
///
/// # Panics
/// If it cannot be run although `TRAVELOURE_TEST_SDK` says that it must.
#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests must learn that this one did nothing"
)]
pub async fn script(folder: &'static str, name: &'static str) -> Option<Script> {
    let made = tokio::task::spawn_blocking(move || python(folder)).await.unwrap();
    match made {
        Ok(python) => Some(Script { python, path: path(folder, name) }),
        Err(missing) => {
            assert!(
                std::env::var_os("TRAVELOURE_TEST_SDK").is_none(),
                "{folder} cannot be run: {missing}"
            );
            eprintln!(
                "SKIPPED: {folder} was not tried. It needs python3 with venv and pip: {missing}"
            );
            None
        }
    }
}

fn path(folder: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests").join(folder).join(name)
}

/// Made once for each set of requirements.
///
/// # Errors
/// What is missing on this machine.
fn python(folder: &str) -> Result<PathBuf, String> {
    let wanted = path(folder, "requirements.txt");
    let requirements = fs::read(&wanted).map_err(|error| error.to_string())?;
    let version = &hex::encode(Sha256::digest(&requirements))[..12];
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{folder}-{version}"));
    fs::create_dir_all(&home).map_err(|error| error.to_string())?;
    // Another test run may be making it.
    let lock = File::create(home.join("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let python = home.join("venv/bin/python");
    let done = home.join("done");
    if !done.exists() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(home.join("venv")))?;
        run(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(wanted))?;
        fs::write(&done, "").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}\n{said}", output.status))
}
