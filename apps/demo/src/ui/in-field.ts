/** Where letters are written, and no key of the page's own counts. */
const FIELDS = 'input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]';
/** Where the space bar already does something. */
const TAKES_SPACE = 'button, a, summary, input, label, [role=log], [role=listbox], [tabindex]';

export function inField({ target }: Event): boolean {
  return target instanceof Element && target.closest(FIELDS) !== null;
}

export function takesSpace(event: Event): boolean {
  return inField(event) || (event.target instanceof Element && event.target.closest(TAKES_SPACE) !== null);
}

/** Something lies over the page that Escape closes and keys belong to. */
export function somethingIsOpen(): boolean {
  return document.querySelector('dialog[open], :popover-open') !== null;
}
