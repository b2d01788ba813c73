/** The shape of a speaking mouth. */
export interface MouthShape {
  /** 0 closed to 1 wide open. */
  readonly open: number;
  /** -1 rounded, as in "oo", to 1 spread, as in "ee". */
  readonly spread: number;
}

export const closedMouth: MouthShape = Object.freeze({ open: 0, spread: 0 });
