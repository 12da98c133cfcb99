// On another site's page: gives each of our frames there the height of what it shows. Collects and stores nothing.
(() => {
  const { origin } = new URL(document.currentScript.src);
  window.addEventListener("message", (event) => {
    const height = event.data && event.data.engagementHeight;
    if (event.origin !== origin || !Number.isFinite(height) || height < 0) {
      return;
    }
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow === event.source) {
        frame.style.height = `${Math.ceil(height)}px`;
      }
    }
  });
  // A frame that was there first has said its height to nobody: let it say it again.
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.src.startsWith(`${origin}/einbetten`)) {
      frame.contentWindow.postMessage({ engagementAsks: "height" }, origin);
    }
  }
})();
