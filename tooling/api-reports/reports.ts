import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';
import type { Package } from '../checks/workspace.ts';
import { type Entry, entriesOf } from './entries.ts';

/** The report of every entry of a built package, as its surface is now: file name to text. */
export function reportsOf(built: Package): Map<string, string> {
  const entries = entriesOf(built);
  const missing = entries.find(({ declarations }) => !existsSync(declarations));
  if (missing !== undefined) throw new Error(`packages/${built.name}: "${missing.entry}" is not built`);
  const scratch = mkdtempSync(join(tmpdir(), 'avatarwire-api-'));
  try {
    const configs = entries.map((entry) => configFor(built, entry, scratch));
    const [first] = configs;
    if (first === undefined) return new Map();
    // One compilation for all entries of a package.
    const compilerState = CompilerState.create(first, {
      additionalEntryPoints: entries.map(({ declarations }) => declarations),
    });
    for (const config of configs) extract(built, config, compilerState);
    return new Map(entries.map(({ report }) => [report, readFileSync(join(scratch, report), 'utf8')]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Replaces the committed reports of a package by those of its surface as it is now. */
export function writeReports(built: Package): void {
  const folder = join(built.folder, 'api');
  const reports = reportsOf(built);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, text] of reports) writeFileSync(join(folder, name), text);
}

/** Where the committed reports say something else than the built package, a line each. */
export function reportFaults(built: Package): string[] {
  const folder = join(built.folder, 'api');
  const reports = reportsOf(built);
  const committed = existsSync(folder) ? readdirSync(folder) : [];
  const remedy = 'run `pnpm api`, read what it changed, and commit it with a changeset';
  const differing = [...reports].flatMap(([name, text]) => {
    const where = `packages/${built.name}/api/${name}`;
    if (!committed.includes(name)) return [`${where} is missing: ${remedy}`];
    const line = firstDifference(readFileSync(join(folder, name), 'utf8'), text);
    return line === undefined ? [] : [`${where} is not what users meet (${line}): ${remedy}`];
  });
  const stale = committed.filter((name) => !reports.has(name));
  return [
    ...differing,
    ...stale.map((name) => `packages/${built.name}/api/${name} is about no entry: ${remedy}`),
  ];
}

function firstDifference(committed: string, now: string): string | undefined {
  if (committed === now) return undefined;
  const [were, are] = [committed.split('\n'), now.split('\n')];
  const at = are.findIndex((line, index) => line !== were[index]);
  const show = (line: string | undefined) => (line === undefined ? 'nothing' : `"${line.trim()}"`);
  const line = at === -1 ? are.length : at;
  return `line ${line + 1}: ${show(were[line])} is now ${show(are[line])}`;
}

function configFor({ folder }: Package, { declarations, report }: Entry, scratch: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { compilerOptions, files: [declarations] } },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: scratch,
        reportTempFolder: join(scratch, 'temp'),
        // What a signature names is part of the surface, also where users cannot import it by name.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          // Everything that is exported is public here, and tags would only repeat it.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}

/** As a user has them: types are read from what is built, not from the source. */
const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2022', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
};

function extract({ name }: Package, config: ExtractorConfig, compilerState: CompilerState): void {
  const errors: string[] = [];
  const messageCallback = (message: ExtractorMessage) => {
    if (message.logLevel === ExtractorLogLevel.Error)
      errors.push(message.formatMessageWithLocation(undefined));
    message.handled = true;
  };
  try {
    Extractor.invoke(config, { localBuild: true, compilerState, messageCallback });
  } catch (error) {
    // Declarations that do not compile are "a software defect" to it.
    errors.push((error as Error).message.split('\n')[0] ?? '');
  }
  if (errors.length > 0) throw new Error(`packages/${name}: api-extractor says ${errors.join('; ')}`);
}
