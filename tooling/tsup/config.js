import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

/**
 * How every library here is built. What to build is read from the package's own
 * `exports` and `bin`, so a new entry point is written down once.
 *
 * @param {import('tsup').Options} [overrides]
 */
export function library(overrides = {}) {
  return defineConfig({
    entry: entries(JSON.parse(readFileSync('package.json', 'utf8'))),
    format: 'esm',
    target: 'es2022',
    dts: {
      // tsup sets `baseUrl`, which TypeScript 6 refuses without this switch.
      compilerOptions: { ignoreDeprecations: '6.0' },
      // A session is an `AsyncDisposable`, which is in no library that an application in ES2022 names.
      banner: '/// <reference lib="esnext.disposable" />',
    },
    sourcemap: true,
    clean: true,
    // Frozen tables go with what uses them, when an application's bundler leaves that out. So freezing is always part of
    // an expression here: a statement of its own would be left out, too.
    pure: ['Object.freeze'],
    ...overrides,
  });
}

export default library();

/**
 * `dist` name to source file, for each entry point.
 *
 * A `bin` stands in `publishConfig`, from where it gets into the tarball: in the workspace there is nothing to link
 * before the first build.
 *
 * @param {{ exports?: Record<string, unknown>, publishConfig?: { bin?: Record<string, string> } }} manifest
 * @returns {Record<string, string>}
 */
function entries(manifest) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const target of Object.values(manifest.exports ?? {})) {
    if (typeof target !== 'object' || target === null) continue;
    const { '@avatarwire/source': source, default: built } = /** @type {Record<string, string>} */ (target);
    if (source && built) found[nameInDist(built)] = source;
  }
  for (const built of Object.values(manifest.publishConfig?.bin ?? {})) {
    found[nameInDist(built)] ??= `./src/${nameInDist(built)}.ts`;
  }
  return found;
}

/** @param {string} built such as `./dist/webrtc/index.js` */
function nameInDist(built) {
  return built.replace(/^(\.\/)?dist\//, '').replace(/\.js$/, '');
}
