/** Everything that can be read in a value, errors and their causes included. */
export function readable(value: unknown, depth = 0): string {
  if (depth > 5) return '';
  if (value instanceof Error) {
    return `${value.name} ${value.message} ${readable({ ...value }, depth + 1)} ${readable(value.cause, depth + 1)}`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${readable(inner, depth + 1)}`)
    .join(' ');
}
