import { parse } from 'yaml';

/** What is read of a workflow file. */
interface Workflow {
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}
type Permissions = string | Readonly<Record<string, string>>;
interface Job {
  readonly needs?: string | readonly string[];
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
  readonly permissions?: Permissions;
  readonly steps: readonly Step[];
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

/** `.ci/run` takes up to 45 minutes on two cores, and CI's machines are not all alike. */
const minutesForAllChecks = 75;

/** What is wrong with the workflows: file name to text. `scripts`: the root's, which they run. */
export function workflowFaults(
  files: Readonly<Record<string, string>>,
  scripts: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const workflow: Workflow = parse(text);
    const faults =
      workflow.permissions !== undefined && isReadOnly(workflow.permissions)
        ? []
        : ['its permissions are not read-only: give more to the job that needs it'];
    for (const [name, job] of Object.entries(workflow.jobs)) {
      faults.push(...jobFaults(job, workflow.jobs, scripts).map((fault) => `job ${name}: ${fault}`));
    }
    return faults.map((fault) => `${file}, ${fault}`);
  });
}

function jobFaults(
  job: Job,
  jobs: Readonly<Record<string, Job>>,
  scripts: Readonly<Record<string, string>>,
): string[] {
  const minutes = job['timeout-minutes'];
  const wanted: [boolean, string][] = [
    [minutes !== undefined, 'has no timeout-minutes'],
    [
      !runsAllChecks(job) || (minutes ?? 0) >= minutesForAllChecks,
      `.ci/run needs ${minutesForAllChecks} minutes`,
    ],
    [
      publishes(job) || (isReadOnly(job.permissions) && !text(job).includes('secrets.')),
      'publishes nothing, and has more than read-only permissions or a secret',
    ],
    [
      job.permissions !== undefined ||
        checksOut(job).every(({ with: how }) => how?.['persist-credentials'] === false),
      "leaves the checkout's token behind for what it runs",
    ],
  ];
  return [
    ...wanted.flatMap(([kept, fault]) => (kept ? [] : [fault])),
    ...job.steps.flatMap(({ uses }) => (uses === undefined ? [] : actionFaults(uses))),
    ...scriptsIn(job)
      .filter((script) => scripts[script] === undefined)
      .map((script) => `runs ${script}, which the root does not have`),
    ...(publishes(job) ? publishingFaults(job, jobs, scripts) : []),
  ];
}

function publishingFaults(
  job: Job,
  jobs: Readonly<Record<string, Job>>,
  scripts: Readonly<Record<string, string>>,
): string[] {
  const checks = [job.needs ?? []].flat().flatMap((name) => jobs[name] ?? []);
  const publishing = job.steps.filter((step) => scriptsIn({ steps: [step] }).some(isPublishing));
  const permissions = typeof job.permissions === 'object' ? job.permissions : {};
  const wanted: [boolean, string][] = [
    [checks.some(runsAllChecks), 'publishes without a job that runs .ci/run before it'],
    // What the checks run is much code of others, and must not be able to publish.
    [!runsAllChecks(job), 'runs .ci/run with the permission to publish'],
    [
      permissions['id-token'] === 'write' &&
        publishing.every(({ env }) => String(env?.['NPM_CONFIG_PROVENANCE']) === 'true'),
      'publishes without provenance',
    ],
    [job.environment !== undefined, 'publishes from no environment, so from any branch'],
    [
      checksOut(job).every(({ with: how }) => how?.['fetch-depth'] === 0),
      'has not the history that changelogs are made from',
    ],
    [
      scriptsIn(job)
        .filter(isPublishing)
        .every((script) => (scripts[script] ?? '').includes("turbo run build --filter './packages/*' &&")),
      'publishes what it did not build',
    ],
  ];
  return wanted.flatMap(([kept, fault]) => (kept ? [] : [fault]));
}

/** By major tag, or by commit with the tag behind it, as docs/releasing.md says. */
function actionFaults(uses: string): string[] {
  return /@(?:v\d+|[0-9a-f]{40})$/.test(uses) ? [] : [`${uses} is pinned neither by major tag nor by commit`];
}

function isReadOnly(permissions: Permissions | undefined): boolean {
  if (typeof permissions === 'string') return permissions === 'read-all';
  return Object.values(permissions ?? {}).every((access) => access === 'read' || access === 'none');
}

const runsAllChecks = ({ steps }: Pick<Job, 'steps'>) => steps.some(({ run }) => run?.includes('.ci/run'));
const checksOut = ({ steps }: Job) => steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
const publishes = (job: Job) => scriptsIn(job).some(isPublishing);
const isPublishing = (script: string) => script === 'release:publish' || script === 'release:snapshot';
const text = (part: unknown) => JSON.stringify(part);

/** The root's scripts that a job runs, also by way of an action. */
function scriptsIn({ steps }: Pick<Job, 'steps'>): string[] {
  const scripts = [...text(steps).matchAll(/pnpm@10 (?:run )?([\w:-]+)/g)].map(([, script = '']) => script);
  return scripts.filter((script) => script !== 'install');
}
