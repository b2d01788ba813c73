/** Text of every kind that has been cut in half by somebody: scripts, joiners, quotes, escapes, control characters. */

const PIECES = [
  'The quick brown fox says "hello" and \\ leaves. ',
  '你好，世界。今天的天气很好，我们去公园散步吧！',
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪🧑🏿‍🚀 ',
  'مرحبا بالعالم، كيف حالك اليوم؟ ',
  'e\u0301a\u0308o\u0302 Zalgo\u0300\u0301\u0302 ',
  '\u0000\u0001\u001f\u007f\n\r\t\b\f',
  'नमस्ते दुनिया। ',
  '</script>&amp;{"v":2,"type":"chat"} ',
];

/** At least `bytes` bytes in UTF-8, the same for the same seed. */
export function mixedText(bytes: number, seed = 1): string {
  const encoder = new TextEncoder();
  let state = seed;
  let length = 0;
  let text = '';
  while (length < bytes) {
    // In 32 bits, as it is meant: beyond 2^53 the low ones are lost, and then the same piece comes again and again.
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const drawn = state >>> 16;
    const piece = `${PIECES[drawn % PIECES.length] ?? ''}${drawn % 1_000} `;
    text += piece;
    length += encoder.encode(piece).byteLength;
  }
  return text;
}
