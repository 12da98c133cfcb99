// Inside the frame: tells the page around it how high this one is, which is no secret, now and when it changes.
(() => {
  const tell = () => {
    window.parent.postMessage({ engagementHeight: document.documentElement.offsetHeight }, "*");
  };
  if (window.parent !== window) {
    new ResizeObserver(tell).observe(document.documentElement);
    window.addEventListener("message", (event) => {
      if (event.source === window.parent && event.data && event.data.engagementAsks === "height") {
        tell();
      }
    });
  }
})();
