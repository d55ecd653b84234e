"use strict";
(() => {
  const PAGE = 200;
  document.documentElement.classList.add("js");

  const folded = (text) =>
    text.toLowerCase().replace(/ß/g, "ss").normalize("NFKD").replace(/\p{M}/gu, "").replace(/([aou])e/g, "$1");
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  class List {
    constructor(table, texts, compare) {
      this.body = table.tBodies[0];
      this.rows = [...this.body.rows];
      this.texts = texts;
      this.compare = compare;
      this.limit = PAGE;
      this.words = [];
      this.gaps = false;
      this.heads = [...table.tHead.rows[0].cells];
      this.heads.forEach((head, column) => this.sortable(head, column));
      this.more(table);
    }

    sortable(head, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.title = filled(this.texts.sort, { column: button.textContent });
      button.addEventListener("click", () => this.sort(head, column));
      head.append(button);
    }

    more(table) {
      this.foot = document.createElement("div");
      this.foot.className = "more";
      this.next = this.foot.appendChild(document.createElement("button"));
      this.all = this.foot.appendChild(document.createElement("button"));
      for (const [button, further] of [[this.next, () => this.limit + PAGE], [this.all, () => Infinity]]) {
        button.type = "button";
        button.addEventListener("click", () => this.reveal(further()));
      }
      (table.closest(".wide") || table).after(this.foot);
    }

    reveal(limit) {
      const first = this.rows.find((row) => row.classList.contains("later"));
      this.limit = limit;
      this.show();
      if (first) {
        first.tabIndex = -1;
        first.focus({ preventScroll: true });
      }
    }

    sort(head, column) {
      const down = head.getAttribute("aria-sort") === "ascending";
      this.heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyed = this.rows.map((row) => {
        const cell = row.cells[column];
        return [cell.dataset.v ?? cell.textContent, row];
      });
      const empty = (one, other) => (one === "") - (other === "");
      const sign = down ? -1 : 1;
      keyed.sort(([one], [other]) => empty(one, other) || sign * this.compare(one, other));
      this.rows = keyed.map(([, row]) => row);
      const table = this.body.parentNode;
      this.body.remove(); // rows that move within a page cost a hundred times as much
      this.rows.forEach((row) => this.body.appendChild(row));
      this.show();
      table.appendChild(this.body);
    }

    hit(row) {
      if (this.gaps && !("gap" in row.dataset)) return false;
      if (!this.words.length) return true;
      row.folded ??= folded([...row.cells].map((cell) => cell.textContent).join(" "));
      return this.words.every((word) => row.folded.includes(word));
    }

    find(words) {
      this.words = words;
      this.limit = PAGE;
      return this.show();
    }

    show() {
      let hits = 0;
      for (const row of this.rows) {
        const hit = this.hit(row);
        hits += hit;
        row.hidden = !hit;
        row.classList.toggle("later", hit && hits > this.limit);
      }
      const left = hits - this.limit;
      this.foot.hidden = left <= 0;
      this.next.textContent = filled(this.texts.more, { n: Math.min(left, PAGE) });
      this.all.textContent = filled(this.texts.all, { n: hits });
      this.all.hidden = left <= PAGE;
      return hits;
    }
  }

  addEventListener("DOMContentLoaded", () => {
    const texts = document.body.dataset;
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const lists = [...document.querySelectorAll("table[data-sortable]")].map(
      (table) => new List(table, texts, order.compare),
    );
    lists.forEach((list) => list.show());
    document.documentElement.classList.add("ready");

    const form = document.getElementById("find");
    const input = document.getElementById("words");
    const output = document.getElementById("hits");
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    let waiting = 0;
    const search = () => {
      const words = folded(input.value).split(/\s+/).filter(Boolean);
      const hits = lists.reduce((sum, list) => sum + list.find(words), 0);
      output.textContent = words.length ? (hits ? filled(texts.hits, { n: hits }) : texts.none) : "";
    };
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(search, 120);
    });

    const gaps = document.getElementById("gaps");
    if (gaps) {
      document.getElementById("only-gaps").hidden = false;
      gaps.addEventListener("change", () => {
        const list = lists.find((one) => one.body.closest("#matrix"));
        list.gaps = gaps.checked;
        list.show();
      });
    }
  });
})();
