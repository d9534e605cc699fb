// The setup code in the address `/setup#CODE` that the program prints at its first start. The
// servers lead /setup to the page itself, and a browser keeps what stands behind the hash.

const CODE = /^#([0-9a-z]{4,}(?:-[0-9a-z]{4,})+)$/i;

/** The code behind the hash, if one stands there; the pages' own addresses begin with `#/`. */
export function setupCodeIn(hash: string): string | null {
  return CODE.exec(hash)?.[1] ?? null;
}

/**
 * Takes the code out of the address bar, so that it is not kept in the history or copied along, and
 * leads to the page that asks for it.
 */
export function takeSetupCode(page: string): string | null {
  const code = setupCodeIn(location.hash);
  if (code !== null) history.replaceState(null, '', new URL(`./${page}`, document.baseURI));
  return code;
}
