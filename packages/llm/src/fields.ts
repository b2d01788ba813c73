/** Looking at what came from outside. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function textIn(value: unknown): string {
  return isText(value) ? value : '';
}
