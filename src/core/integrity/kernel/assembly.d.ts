/** WebAssembly made from AssemblyScript when the product is built (scripts/build.mjs). */
declare module 'assembly:*' {
  const bytes: Uint8Array;
  export default bytes;
}

/** What of WebAssembly the kernel needs; the types of Node.js name its objects only. */
declare namespace WebAssembly {
  function compile(bytes: Uint8Array): Promise<Module>;
  const Instance: new (module: Module, imports: object) => { readonly exports: unknown };
}
