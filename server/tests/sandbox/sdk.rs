//! Stripe's official SDK for Python, unchanged, drives the sandbox: `tests/stripe_sdk/drive.py`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use axum::Router;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use traveloure_server::{
    clock::SystemClock,
    entropy::SystemEntropy,
    sandbox::{self, Destinations, Sandbox},
    testing::Backend,
};

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/stripe_sdk").join(name)
}

/// A Python that has the SDK, in a folder of the build; made once for each set of requirements.
///
/// # Errors
/// What is missing on this machine.
fn python() -> Result<PathBuf, String> {
    let requirements = fs::read(script("requirements.txt")).map_err(|error| error.to_string())?;
    let version = &hex::encode(Sha256::digest(&requirements))[..12];
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("stripe-sdk-{version}"));
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
            .arg(script("requirements.txt")))?;
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

#[tokio::test]
#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests must learn that this one did nothing"
)]
async fn the_official_sdk_drives_the_sandbox_unchanged() {
    let python = match tokio::task::spawn_blocking(python).await.unwrap() {
        Ok(python) => python,
        Err(missing) => {
            assert!(
                std::env::var_os("TRAVELOURE_TEST_SDK").is_none(),
                "Stripe's SDK cannot be run: {missing}"
            );
            eprintln!(
                "SKIPPED: Stripe's SDK was not tried. It needs python3 with venv and pip: {missing}"
            );
            return;
        }
    };
    let backend = Backend::start().await;
    // The SDK has a clock of its own.
    let sandbox = Sandbox::open(
        backend.context.pool.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
        None,
    )
    .await
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    // What is sent to the servers themselves finds nobody here, and is sent again in vain.
    let to = Destinations { account: format!("{origin}/none"), connect: format!("{origin}/none") };
    let router = Router::new().nest("/sandbox", sandbox::router(sandbox.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let stop = CancellationToken::new();
    let sending = tokio::spawn(sandbox::deliver(sandbox.clone(), to, stop.clone()));

    let output = tokio::process::Command::new(python)
        .arg(script("drive.py"))
        .env("SANDBOX_URL", format!("{origin}/sandbox"))
        .env("SANDBOX_KEY", &sandbox.settings().api_key)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .await
        .unwrap();
    stop.cancel();
    sending.await.unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert!(out.contains("the SDK got what it expects"), "{out}{err}");
}
