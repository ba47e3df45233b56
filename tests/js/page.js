// A page with a document, for the parts that draw or listen. It takes a second to load, so only their tests import it.

import { Window } from "happy-dom";
import { setGlobal } from "./browser.js";

// Gives the window.
export function openPage() {
  const page = new Window();
  for (const name of ["window", "document", "Node", "Element", "HTMLElement", "HTMLInputElement", "ShadowRoot"]) {
    setGlobal(name, name === "window" ? page : page[name]);
  }
  page.Element.prototype.scrollIntoView = () => {};
  return page;
}
