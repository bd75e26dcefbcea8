/** Says how high the refusal is. Any page may know: it holds nothing but what that page sent. */

new ResizeObserver(() => {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  parent.postMessage({ commentbox: 1, height }, "*");
}).observe(document.documentElement);
