/** What a finder or installer answers: where the program is, or why there is none. */
export type SetupResult = { readonly path: string } | { readonly missing: string };
