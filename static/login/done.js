/** The last page of a log-in: hint to whoever opened it that there is something to ask for. */

// No more than a hint, and to a page of our own alone: what it is about, only its frame can fetch.
window.opener?.postMessage({ commentbox: "login" }, location.origin);
window.close();
