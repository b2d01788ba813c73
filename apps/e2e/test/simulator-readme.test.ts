import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test("the simulator's README shows the example that runs here", async () => {
  const [readme, example] = await Promise.all(
    ['../../../packages/simulator/README.md', './simulator-readme-example.ts'].map((file) =>
      readFile(new URL(file, import.meta.url), 'utf8'),
    ),
  );
  const shown = example?.split('// begin\n')[1]?.split('// end\n')[0];
  expect(shown).toContain('simulateService(');
  expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
});
