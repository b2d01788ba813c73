/** The spellings of an adapter's name. */
export interface Names {
  /** Of the folder, the package and the provider: `big-blue`. */
  readonly name: string;
  /** Of its types: `BigBlue`. */
  readonly Name: string;
  /** Of its factory: `bigBlue`. */
  readonly camel: string;
  /** As a key in an object: `'big-blue'`, or `acme`. */
  readonly key: string;
}

export function namesOf(name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(
      `"${name}" cannot be a package: lower-case letters, digits and single hyphens, a letter first`,
    );
  }
  const Name = name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  return {
    name,
    Name,
    camel: Name[0]?.toLowerCase() + Name.slice(1),
    key: name.includes('-') ? `'${name}'` : name,
  };
}
