import type { ServerResponse } from 'node:http';
import type { AvatarErrorCode } from '@avatarwire/core';

export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** As the broker refuses, so that the page explains both alike. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: AvatarErrorCode,
  message: string,
): void {
  answerJson(response, status, { error: { code, message } });
}
