// Ranking by buttons and by drag; the choices of the form stay what is sent.
import { announce } from "./announce.js";

export function watchBallots(root) {
  root.querySelectorAll("form[data-ballot]:not([data-watched])").forEach((form) => {
    form.dataset.watched = "yes";
    new Ranking(form);
  });
}

class Ranking {
  constructor(form) {
    this.form = form;
    this.choices = [...form.querySelectorAll("[data-ranks] select")];
    this.names = new Map([...this.choices[0].options].filter((option) => option.value).map((option) => [option.value, option.textContent]));
    this.place = `board ${form.dataset.ballot} ${form.closest("[data-person]").dataset.person} ballot`;
    const begun = JSON.parse(sessionStorage.getItem(this.place) ?? "null");
    this.order = (begun ?? this.choices.map((each) => each.value)).filter((each) => this.names.has(each));
    form.querySelector("[data-ranks]").hidden = true;
    this.lists = Object.assign(document.createElement("div"), { className: "ranking" });
    form.querySelector("[data-ranks]").after(this.lists);
    form.addEventListener("submit", () => sessionStorage.removeItem(this.place));
    this.draw();
  }

  draw(focus = "") {
    const ranked = document.createElement("ol");
    const rest = document.createElement("ul");
    this.order.forEach((id, at) => ranked.append(this.item(id, [
      this.button(`up-${id}`, "↑", `Move up: ${this.names.get(id)}`, () => this.move(id, at - 1), at === 0),
      this.button(`down-${id}`, "↓", `Move down: ${this.names.get(id)}`, () => this.move(id, at + 1), at === this.order.length - 1),
      this.button(`out-${id}`, "×", `Take off: ${this.names.get(id)}`, () => this.take(id)),
    ])));
    [...this.names].filter(([id]) => !this.order.includes(id)).forEach(([id, name]) => rest.append(this.item(id, [
      this.button(`rank-in-${id}`, "Rank", `Rank: ${name}`, () => this.move(id, this.order.length), this.order.length >= this.choices.length),
    ])));
    this.lists.replaceChildren(this.titled("Your order", ranked), this.titled("To choose from", rest));
    this.droppable(ranked);
    this.choices.forEach((choice, at) => { choice.value = this.order[at] ?? ""; });
    const said = `${this.order.length} of ${this.choices.length} ranked`;
    this.form.querySelector("[data-ballot-says]").textContent = said;
    if (!focus) return;
    const next = this.lists.querySelector(`#${CSS.escape(focus)}:not(:disabled)`);
    (next ?? this.lists.querySelector("button:not(:disabled)"))?.focus();
  }

  titled(title, list) {
    const part = document.createElement("div");
    part.append(Object.assign(document.createElement("h3"), { textContent: title }), list);
    list.setAttribute("aria-label", title);
    return part;
  }

  item(id, buttons) {
    const item = document.createElement("li");
    item.draggable = true;
    item.dataset.option = id;
    item.append(Object.assign(document.createElement("span"), { textContent: this.names.get(id) }), ...buttons);
    item.addEventListener("dragstart", (event) => event.dataTransfer.setData("application/x-option", id));
    return item;
  }

  button(id, text, label, act, disabled = false) {
    const made = Object.assign(document.createElement("button"), { type: "button", id, className: "button small quiet", textContent: text, disabled });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  droppable(ranked) {
    const isOption = (event) => event.dataTransfer.types.includes("application/x-option");
    ranked.addEventListener("dragover", (event) => { if (isOption(event)) event.preventDefault(); });
    ranked.addEventListener("drop", (event) => {
      if (!isOption(event)) return;
      event.preventDefault();
      const onto = event.target.closest("li")?.dataset.option;
      const at = onto ? this.order.indexOf(onto) : this.order.length;
      this.move(event.dataTransfer.getData("application/x-option"), at);
    });
  }

  move(id, to) {
    const order = this.order.filter((each) => each !== id);
    if (order.length >= this.choices.length) { announce("Take one off first."); return; }
    order.splice(Math.max(0, Math.min(to, order.length)), 0, id);
    const isUp = to < this.order.indexOf(id);
    this.change(order, this.order.includes(id) ? `${isUp ? "up" : "down"}-${id}` : `up-${id}`);
    announce(`${this.names.get(id)}: rank ${order.indexOf(id) + 1}.`);
  }

  take(id) {
    this.change(this.order.filter((each) => each !== id), `rank-in-${id}`);
  }

  change(order, focus) {
    this.order = order;
    sessionStorage.setItem(this.place, JSON.stringify(order));
    this.draw(focus);
  }
}
