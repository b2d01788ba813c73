import { GROUPS, type Variable } from './variables';

const WIDTH = 44;

export function help(): string {
  return [
    'avatarwire-broker: keeps the keys of avatar services, opens and closes their paid sessions',
    '',
    '  --check   looks at the settings, says everything that is wrong with them, and ends',
    '  --help    this text',
    '',
    'Everything else is set in the environment. Names marked * may also come out of a file: NAME_FILE=/path.',
    ...Object.entries(GROUPS).flatMap(([title, variables]) => [
      '',
      `${title}:`,
      ...Object.entries(variables).map(([name, variable]) => line(name, variable)),
    ]),
    '',
    'Exit codes: 0 ended as asked, 1 failed, 2 the settings are wrong, 130 or 143 ended at once by a second signal.',
  ].join('\n');
}

function line(name: string, { about, fallback, secret }: Variable): string {
  const marked = `  ${name}${secret ? ' *' : ''}`.padEnd(WIDTH);
  return `${marked} ${about}${fallback === undefined ? '' : ` [${fallback}]`}`;
}
