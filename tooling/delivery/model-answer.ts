/** A language model's answer, in the pieces and at the pace in which models give one. */

/** Pieces of one word each line; the space before it belongs to its first piece, as in every tokeniser in use. */
const WORDS = [
  'the',
  'a',
  'of',
  'and',
  'to',
  'in',
  'is',
  'it',
  'that',
  'for',
  'you',
  'with',
  'on',
  'as',
  'can',
  'not',
  'be',
  'we',
  'avatar',
  'voice',
  'answer',
  'people',
  'word',
  'moment',
  'network',
  'question',
  'light',
  'river',
  'music',
  'language',
  'listen|s',
  'speak|ing',
  'stream|ed',
  'pack|ets',
  'real|-|time',
  'un|believ|able',
  'inter|rupt|ion',
  'conver|s|ation',
  'bro|ker',
  'synth|es|is|ed',
  'rhy|thm',
  'na|ïve',
  'caf|é',
  'Zür|ich',
  "don|'t",
  "it|'s",
  '“|quoted|”',
  '(|aside|)',
  '3|.|14',
  '1|,|000',
  '2026',
  'e|.g|.',
  'U|.S|.',
  'https|://|example|.com|/a|/very|/long|/path|?x|=|1',
  '**|bold|**',
  '👍',
  '👩‍|🚀',
];
const ENDS = ['.', '.', '.', '.', '!', '?', '…', ':\n', '.\n\n'];

/** `count` pieces, or a few more to end the last sentence; the same for the same seed. */
export function modelTokens(count: number, seed = 1): string[] {
  let state = seed;
  const below = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
  const tokens: string[] = [];
  let space = '';
  while (tokens.length < count) {
    const words = 3 + below(20);
    for (let word = 0; word < words; word++) {
      const [first = '', ...others] = (WORDS[below(WORDS.length)] ?? '').split('|');
      tokens.push(space + (word === 0 ? first.slice(0, 1).toUpperCase() + first.slice(1) : first), ...others);
      space = ' ';
      if (word < words - 1 && below(9) === 0) tokens.push(',');
    }
    const end = ENDS[below(ENDS.length)] ?? '.';
    tokens.push(end);
    space = end.endsWith('\n') ? '' : ' ';
  }
  return tokens;
}

/** What a source of text needs of a clock: milliseconds. */
export interface Pace {
  readonly perSecond: number;
  readonly clock: {
    now(): number;
    schedule(callback: () => void, delayMs: number): unknown;
  };
  /** Told of each piece when it is there. */
  readonly onPiece?: (piece: string) => void;
}

/** The pieces, each when its time has come, or all at once; a reader that comes late finds what has gathered. */
export async function* atPace(
  tokens: readonly string[],
  { perSecond, clock, onPiece }: Pace,
): AsyncGenerator<string, void, undefined> {
  const startedAt = clock.now();
  for (const [index, token] of tokens.entries()) {
    const waitMs = startedAt + ((index + 1) * 1_000) / perSecond - clock.now();
    if (waitMs > 0) await new Promise<void>((resolve) => void clock.schedule(resolve, waitMs));
    onPiece?.(token);
    yield token;
  }
}
