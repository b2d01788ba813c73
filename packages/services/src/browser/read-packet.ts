import { type Incoming, type JsonObject, readJsonObject } from '@avatarwire/core';

/** As `readJsonObject`, for packets that say several things. */
export function readPacket(
  packet: Uint8Array,
  understand: (fields: JsonObject) => readonly Incoming[] | string,
): readonly Incoming[] {
  const read = readJsonObject(packet, understand);
  return 'kind' in read ? [read] : read;
}
