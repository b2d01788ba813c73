import { consonants, pause, type Sound, vowels } from './sounds';

/** One sound of a text, before it has a place in time. */
export interface Spoken {
  readonly sound: Sound;
  readonly stressed: boolean;
  /** With a pause: what kind of end it is. */
  readonly ends?: 'word' | 'phrase' | 'sentence' | 'question';
}

/**
 * Reads a text as a run of sounds. Not phonetics: Latin letters sound roughly as they are written, every other
 * letter or digit becomes a syllable of its own, always the same one.
 */
export function spell(text: string): Spoken[] {
  const spoken: Spoken[] = [];
  const letters = [...text.normalize('NFD').toLowerCase()].filter((letter) => !/\p{M}/u.test(letter));
  let start = 0;
  while (start < letters.length) {
    const letter = letters[start] ?? '';
    if (!isLetter(letter)) {
      spoken.push(endOf(letter));
      start += 1;
      continue;
    }
    let end = start;
    while (isLetter(letters[end] ?? '')) end += 1;
    spoken.push(...word(letters.slice(start, end)));
    start = end;
  }
  return spoken;
}

function isLetter(letter: string): boolean {
  return /[\p{L}\p{N}]/u.test(letter);
}

function endOf(letter: string): Spoken {
  if (/[.!…。！]/u.test(letter)) return { sound: pause(240), stressed: false, ends: 'sentence' };
  if (/[?？؟]/u.test(letter)) return { sound: pause(240), stressed: false, ends: 'question' };
  if (/[,;:\n–—、，；：]/u.test(letter)) return { sound: pause(130), stressed: false, ends: 'phrase' };
  return { sound: pause(/\s/u.test(letter) ? 22 : 12), stressed: false, ends: 'word' };
}

const latinVowels = 'aeiouy';

/** The first vowel of a word carries its stress, unless the word is short. */
function word(letters: readonly string[]): Spoken[] {
  const spoken: Spoken[] = [];
  let syllables = 0;
  const add = (sound: Sound): void => {
    const stressed = sound.kind === 'vowel' && letters.length > 3 && syllables === 0;
    if (sound.kind === 'vowel') syllables += 1;
    spoken.push({ sound, stressed });
  };
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters[index] ?? '';
    const next = letters[index + 1] ?? '';
    const pair = pairs[letter + next];
    const silentE = letter === 'e' && index === letters.length - 1 && index > 1 && syllables > 0;
    if (silentE || (letter === next && letter !== 'e' && letter !== 'o')) continue;
    if (pair !== undefined) {
      index += 1;
      for (const sound of pair) add(sound);
    } else if (letter === 'y' && latinVowels.includes(next)) {
      add(consonants.y);
    } else if (letter in latin) {
      // A vowel after a vowel is glided into, and short.
      const previous = letters[index - 1] ?? '';
      const sound = latin[letter] ?? consonants.h;
      const glided = sound.kind === 'vowel' && latinVowels.includes(previous);
      if (glided) spoken.push({ sound: { ...sound, ms: sound.ms * 0.55 }, stressed: false });
      else add(letter === 'c' && 'eiy'.includes(next || '-') ? consonants.s : sound);
    } else {
      for (const sound of syllableFor(letter)) add(sound);
    }
  }
  return spoken;
}

const latin: Readonly<Record<string, Sound>> = {
  ...vowels,
  y: vowels.i,
  b: consonants.b,
  c: consonants.k,
  d: consonants.d,
  f: consonants.f,
  g: consonants.g,
  h: consonants.h,
  j: consonants.sh,
  k: consonants.k,
  l: consonants.l,
  m: consonants.m,
  n: consonants.n,
  p: consonants.p,
  q: consonants.k,
  r: consonants.r,
  s: consonants.s,
  t: consonants.t,
  v: consonants.v,
  w: consonants.w,
  x: consonants.s,
  z: consonants.z,
};

const pairs: Readonly<Record<string, readonly Sound[]>> = {
  sh: [consonants.sh],
  ch: [consonants.sh],
  th: [consonants.th],
  ph: [consonants.f],
  wh: [consonants.w],
  ck: [consonants.k],
  qu: [consonants.k, consonants.w],
  ng: [consonants.n],
  ee: [vowels.i],
  ea: [vowels.i],
  oo: [vowels.u],
  ou: [vowels.a, { ...vowels.u, ms: 70 }],
  ow: [vowels.o, { ...vowels.u, ms: 60 }],
  ai: [vowels.e, { ...vowels.i, ms: 60 }],
  ay: [vowels.e, { ...vowels.i, ms: 60 }],
  er: [vowels.schwa, { ...consonants.r, ms: 45 }],
};

const openers = [
  consonants.n,
  consonants.m,
  consonants.l,
  consonants.d,
  consonants.sh,
  consonants.k,
  consonants.w,
  consonants.h,
];
const cores = [vowels.a, vowels.o, vowels.e, vowels.i, vowels.u];

/** Letters of other scripts and digits: an opening sound and a vowel, chosen by the letter itself. */
function syllableFor(letter: string): readonly Sound[] {
  const code = letter.codePointAt(0) ?? 0;
  const opener = openers[(code * 7 + (code >> 4)) % openers.length];
  const core = cores[(code * 3 + (code >> 3)) % cores.length];
  return opener === undefined || core === undefined ? [] : [opener, core];
}
