import { library } from '@avatarwire/tooling/tsup';

// Every file needs the line: chunks that entries share lose it otherwise.
export default library({ banner: { js: "'use client';" } });
