// Each package writes its own budgets into its package.json; this gathers them.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';

export default globSync('packages/*/package.json')
  .sort()
  .flatMap((file) => {
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    return (manifest['size-limit'] ?? []).map((budget) => ({
      ...budget,
      name: [manifest.name, budget.name ?? budget.import].filter(Boolean).join(' '),
      path: join(dirname(file), budget.path),
      gzip: true,
      // A budget is for our own bytes: what a user's application brings anyway is not counted.
      ignore: [...Object.keys(manifest.peerDependencies ?? {}), '@avatarwire/core'].filter(
        (name) => name !== manifest.name,
      ),
    }));
  });
