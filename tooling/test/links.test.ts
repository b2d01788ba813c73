import { expect, test } from 'vitest';
import { linkFaults } from '../checks/links.ts';
import { makeTree } from './fixtures/tree.ts';

test('a link to a file that is not there is found, with the page that has it', () => {
  const tree = makeTree({
    'docs/a.md':
      '[here](b.md#part) [gone](../gone.md) ![picture](images/x.png) [out](https://example.com/y) [top](#top)',
    'docs/b.md': '`[code](nowhere.md)`\n```\n[code](nowhere.md)\n```\n[up](../docs/a.md "title")',
  });

  expect(linkFaults(tree.folder)).toEqual([
    'docs/a.md links to ../gone.md, which is not there',
    'docs/a.md links to images/x.png, which is not there',
  ]);
  tree.remove();
});
