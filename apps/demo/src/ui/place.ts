const GAP = 8;
const EDGE = 12;
const narrow = matchMedia('(width < 48rem)');

/**
 * Puts a panel above what opened it or, where there is more room, below; inside the window in any case. On a phone it
 * lies at the foot of the window, so that the picture above it is still seen.
 *
 * @param edge which edges of the two are in one line
 */
export function place(panel: HTMLElement, anchor: HTMLElement, edge: 'left' | 'right'): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  if (narrow.matches) {
    panel.style.top = `${innerHeight - height - EDGE}px`;
    panel.style.left = `${EDGE}px`;
    return;
  }
  const above = at.top - GAP - EDGE;
  const below = innerHeight - at.bottom - GAP - EDGE;
  const goesAbove = height <= above || above >= below;
  const top = goesAbove ? at.top - GAP - height : at.bottom + GAP;
  const left = edge === 'right' ? at.right - width : at.left;
  panel.style.top = `${within(top, innerHeight - height)}px`;
  panel.style.left = `${within(left, innerWidth - width)}px`;
}

function within(value: number, most: number): number {
  return Math.round(Math.max(EDGE, Math.min(value, most - EDGE)));
}
