/** Words of HTML in lines, as somebody would type them: items with a bullet or number, quotations with `> `. */
export class HtmlText {
  readonly #parts: string[] = [];
  readonly #containers: { readonly name: string; items: number }[] = [];
  /** Line feeds before the next word. */
  #pending = 0;
  #bullet = '';
  #linkFrom = 0;

  add(words: string): void {
    if (words === '') return;
    if (this.#parts.length > 0 && this.#pending > 0) {
      for (let i = 0; i < this.#pending; i++)
        this.#parts.push(i + 1 < this.#pending ? `\n${this.#quote()}` : '\n');
      this.#parts.push(this.#indent());
    } else if (this.#parts.length === 0) this.#parts.push(this.#indent());
    this.#pending = 0;
    this.#parts.push(words);
  }

  linkBegins(): void {
    this.#linkFrom = this.#parts.length;
  }

  /** A link is over: its address is told, unless the text was that already. */
  linkEnds(href: string | undefined): void {
    if (href === undefined) return;
    const said = this.#parts.slice(this.#linkFrom).join('');
    if (!said.includes(href.replace(/^mailto:/i, ''))) this.add(` <${href}>`);
    this.#linkFrom = this.#parts.length;
  }

  lineBreak(): void {
    this.#pending = Math.min(2, this.#pending + 1);
  }

  newLine(): void {
    this.#pending = Math.max(1, this.#pending);
  }

  blankLine(): void {
    this.#pending = 2;
  }

  enter(name: string): void {
    if (name === 'li') {
      const list = this.#containers.at(-1);
      if (list !== undefined) list.items++;
      this.#bullet = list?.name === 'ol' ? `${list.items}. ` : '• ';
    }
    this.#containers.push({ name, items: 0 });
  }

  leave(name: string): void {
    if (this.#containers.at(-1)?.name === name) this.#containers.pop();
  }

  end(): string {
    return this.#parts.join('').trimEnd();
  }

  #quote(): string {
    return '> '.repeat(this.#containers.filter(({ name }) => name === 'blockquote').length);
  }

  #indent(): string {
    const lists = this.#containers.filter(({ name }) => name === 'ul' || name === 'ol').length;
    const bullet = this.#bullet;
    this.#bullet = '';
    const isItem = bullet !== '';
    return this.#quote() + '  '.repeat(Math.max(0, lists - 1)) + (isItem ? bullet : lists > 0 ? '  ' : '');
  }
}
