/** Texts of any length in scripts that cost different numbers of bytes and have different safe places to cut. */

export interface Script {
  readonly name: string;
  /** Exactly `length` UTF-16 units, unless that would cut a character: then one less. */
  text(length: number): string;
}

const ENGLISH =
  'The avatar listens, thinks for a moment and answers in whole sentences. Nobody likes to wait for a machine, ' +
  'so every word leaves as soon as the network lets it go! Does that sound easy? It is not. ';
const CHINESE =
  '数字人会听、会想，也会用完整的句子回答。没有人喜欢等机器，所以每个字都在网络允许时立刻发出！听起来容易吗？';
const EMOJI = '😀🎉👩‍👩‍👧‍👦🇨🇭👍🏽❤️🧑🏿‍🚀🏳️‍🌈🐙🍜';
const ARABIC =
  'الصورة الرمزية تسمع وتفكر لحظة ثم تجيب بجمل كاملة. لا أحد يحب انتظار الآلة، فكل كلمة تغادر فورًا! ';
const CONTROL = '\u0001\u0002\u001f';

export const scripts: readonly Script[] = [
  script('English', ENGLISH),
  script('Chinese', CHINESE),
  script('emoji', EMOJI),
  script('Arabic', ARABIC),
  script('control characters', CONTROL),
];

/** Latin letters alone: the text of the documented sender's own figures. */
export const letters = (length: number) => 'x'.repeat(length);

function script(name: string, sample: string): Script {
  return {
    name,
    text(length) {
      const text = sample.repeat(Math.ceil(length / sample.length)).slice(0, length);
      return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
    },
  };
}

/** Bytes of `text` inside a JSON string in UTF-8: what any sender of this protocol has to carry. */
export function escapedBytes(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length - 2;
}
