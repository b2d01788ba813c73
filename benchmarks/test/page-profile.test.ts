import { expect, it } from 'vitest';
import { costsOf, modulesOf } from '../src/page-profile';

const code = [
  '(() => {',
  '  // ../one.ts',
  '  one();',
  '  // a comment',
  '  // ../two.ts',
  '  two();',
  '})()',
].join('\n');

it("charges a function of the browser's to the module that called it, and what nobody called to nobody", () => {
  const node = (id: number, lineNumber: number, children: number[] = []) => ({
    id,
    callFrame: { lineNumber, functionName: '' },
    children,
  });
  const nodes = [node(1, -1, [2, 5]), node(2, 2, [3]), node(3, 5, [4]), node(4, -1), node(5, -1)];
  expect(costsOf(nodes, [2, 3, 4, 5, 2], [10, 20, 30, 40, 50], modulesOf(code))).toEqual([
    { module: '../one.ts', microseconds: 60 },
    { module: '../two.ts', microseconds: 50 },
  ]);
});
