/** What may leave the page in a file that people send each other. */

/** Values that say what a packet is. Any other string may be something that somebody said. */
const structural: ReadonlySet<string> = new Set([
  'type',
  'cmd',
  'command',
  'event',
  'event_type',
  'action',
  'mid',
  'event_id',
  'source_event_id',
  'task_id',
  'task_type',
  'from',
  'pos',
  'lang',
  'language',
  'mode',
]);
const secret =
  /token|secret|passw|credential|authori[sz]ation|bearer|jwt|signature|^sig$|user_?sig|key$|cookie/i;

/** A copy without credentials, and, unless `texts`, without anything that was said. */
export function redact(value: unknown, options: { readonly texts: boolean }, key = ''): unknown {
  if (secret.test(key)) return '[left out]';
  if (typeof value === 'string') return redactText(value, options.texts || structural.has(key));
  if (Array.isArray(value)) return value.map((each) => redact(each, options, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redact(each, options, name)]));
}

function redactText(text: string, kept: boolean): string {
  if (!kept) return `[${text.length} characters]`;
  const inner = objectIn(text);
  if (inner !== undefined) return JSON.stringify(redact(inner, { texts: true }));
  // Addresses carry signatures in their query.
  return text.replace(/(\w+:\/\/[^\s?#]+)[?#]\S+/g, '$1?[left out]').replace(webToken, '[left out]');
}

/** A JSON Web Token, in whatever it stands. */
const webToken = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Some services wrap JSON into a string of JSON. */
function objectIn(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
