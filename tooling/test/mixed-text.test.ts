import { expect, test } from 'vitest';
import { mixedText } from '../delivery/mixed-text.ts';

test.each([1, 2, 3, 7])(
  'the mixed text of seed %i is the same each time, and has every kind of text in 2,500 bytes',
  (seed) => {
    const text = mixedText(2_500, seed);
    expect(mixedText(2_500, seed)).toBe(text);
    const kinds = ['fox', '你好', '👩‍👩‍👧‍👦', 'مرحبا', 'Zalgo', '\u0000', 'नमस्ते', '</script>'];
    expect(kinds.filter((kind) => !text.includes(kind))).toEqual([]);
  },
);
