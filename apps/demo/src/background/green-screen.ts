/** Puts the avatar that is drawn in this page before a green screen, or takes that away. */
export type GreenScreen = (green: boolean) => void;
