/** What a test needs to join a real server, and to do what only its operator can. */
export interface ServerAccess {
  readonly url: string;
  readonly httpUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}
