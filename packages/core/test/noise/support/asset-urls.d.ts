/** What Vite makes of it: the address at which the page finds the file. */
declare module '*?url' {
  const url: string;
  export default url;
}
