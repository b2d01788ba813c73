export const VISITOR = 'visitor';

/** The visitor's name in a `Cookie` header. */
export const visitorIn = (cookies: string) => /(?:^|; )visitor=([0-9a-f-]{36})(?:;|$)/.exec(cookies)?.[1];
