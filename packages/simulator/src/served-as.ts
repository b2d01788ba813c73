import { type AvatarDialect, type DialectName, dialectOf } from './dialects';

/** What a simulated service calls itself, and whether it takes calls: as the service whose words its avatars use. */
export function servedAs(dialect: DialectName | AvatarDialect | undefined): {
  readonly name: string;
  readonly takesCalls: boolean;
} {
  const { name, calls } = dialectOf(dialect);
  return { name: name === 'akool' ? 'simulator' : name, takesCalls: calls !== undefined };
}
