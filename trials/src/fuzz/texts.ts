/** Texts that are recognised wherever a piece of them turns up: each is dyed with a character of its own. */

const FIRST_DYE = 0x4e00;
const LAST_DYE = 0x5dff;
const DYES = /[\u4e00-\u5dff]/;

/** How a text looks; `half` holds half a character, and the last three fill more than one second of any budget. */
export const TEXT_KINDS = [
  'empty',
  'word',
  'sentences',
  'quotes',
  'emoji',
  'half',
  'second',
  'seconds',
  'too-much',
] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/** Each begins with its dye, so that a piece without any belongs to what came before it. */
export function dyedText(number: number, kind: TextKind): string {
  const dye = String.fromCharCode(FIRST_DYE + (number % (LAST_DYE - FIRST_DYE)));
  switch (kind) {
    case 'empty':
      return '';
    case 'word':
      return dye;
    case 'sentences':
      return `${dye} it is so. `.repeat(4);
    case 'quotes':
      return `${dye}"\\\n\u0001`.repeat(9);
    case 'emoji':
      return `${dye}👩‍👩‍👧e\u0301`.repeat(12);
    case 'half':
      return `${dye}\ud83d \udc4d`.repeat(3);
    case 'second':
      return `${dye} ten letters`.repeat(450);
    case 'seconds':
      return `${dye}é"a`.repeat(2_000);
    case 'too-much':
      return `${dye} and so on. `.repeat(2_200);
  }
}

/** Which text a piece belongs to; undefined for one without dye. */
export function dyeIn(piece: string): number | undefined {
  const dye = DYES.exec(piece)?.[0];
  return dye === undefined ? undefined : dye.charCodeAt(0) - FIRST_DYE;
}

/** What a string becomes on its way through UTF-8. */
export function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}
