import { type NextRequest, NextResponse } from 'next/server';
import { VISITOR } from './visitor';

/**
 * Stands where your login stands. It gives each visitor a name that no script can read and no other site can open a
 * session with, but it proves nothing: whoever asks gets one, so that only the broker's limits bound what is spent.
 */
export function proxy(request: NextRequest): NextResponse {
  const response = NextResponse.next();
  if (!request.cookies.has(VISITOR)) {
    const secure = request.nextUrl.protocol === 'https:';
    response.cookies.set(VISITOR, crypto.randomUUID(), { httpOnly: true, sameSite: 'lax', secure });
  }
  return response;
}

export const config = { matcher: '/' };
