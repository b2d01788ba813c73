import { expect, test } from 'vitest';
import { linkFaults } from '../checks/links.ts';
import { makeTree } from './fixtures/tree.ts';

test('a link to a file that is not there is found, with the page that has it', () => {
  const tree = makeTree({
    'docs/a.md':
      '# Top\n[here](b.md#part) [gone](../gone.md) ![picture](images/x.png) [out](https://example.com/y) [top](#top)',
    'docs/b.md': '## Part\n`[code](nowhere.md)`\n```\n[code](nowhere.md)\n```\n[up](../docs/a.md "title")',
    'docs/api/generated.md': '[elsewhere](nowhere.md)',
  });

  expect(linkFaults(tree.folder)).toEqual([
    'docs/a.md links to ../gone.md, which is not there',
    'docs/a.md links to images/x.png, which is not there',
  ]);
  tree.remove();
});

test('a link to a heading that is not there is found, in a page, its own page and the README of a folder', () => {
  const tree = makeTree({
    'docs/a.md':
      '## What it is: `code`, *more*\n[own](#what-it-is-code-more) [gone](#nothing) [line](../src/x.ts#L3)',
    'docs/b.md': '[a](a.md#what-it-is-code-more) [wrong](a.md#what-it-was) [second](../packages/x#use-1)',
    'docs/c.md': '[folder](../packages/x#gone) [fenced](../packages/x/README.md#in-a-fence)',
    'packages/x/README.md': '# x\n## [Use](../../docs/a.md)\n## Use\n```sh\n# in a fence\n```\n',
    'src/x.ts': '',
  });

  expect(linkFaults(tree.folder)).toEqual([
    'docs/a.md links to #nothing, and there is no such heading',
    'docs/b.md links to a.md#what-it-was, and there is no such heading',
    'docs/c.md links to ../packages/x#gone, and there is no such heading',
    'docs/c.md links to ../packages/x/README.md#in-a-fence, and there is no such heading',
  ]);
  tree.remove();
});
