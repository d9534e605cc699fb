// What was just done with a meter, said on the page that comes next.

class Said {
  words = $state('');
  #page = '';

  /** Leads to a page and says it there. */
  at(page: string, words: string): void {
    this.#page = page;
    this.words = words;
    location.hash = page;
  }

  /** Another page is looked at: it is no news any more. */
  pageChanged(page: string): void {
    if (page !== this.#page) this.words = '';
  }
}

export const said = new Said();
