//! Stripe's official SDK for Python, unchanged, drives the sandbox: `tests/stripe_sdk/drive.py`.

use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use traveloure_server::{
    clock::SystemClock,
    entropy::SystemEntropy,
    sandbox::{self, Destinations, Sandbox},
    testing::Backend,
};

use crate::python::script;

#[tokio::test]
async fn the_official_sdk_drives_the_sandbox_unchanged() {
    let Some(sdk) = script("stripe_sdk", "drive.py").await else { return };
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

    let output = tokio::process::Command::new(sdk.python)
        .arg(sdk.path)
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
