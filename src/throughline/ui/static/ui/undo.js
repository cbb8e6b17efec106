// The decisions of this window that can be taken back, the newest last; they survive a reload.
import { announce } from "./announce.js";

const KEY = "undo";
const MOST = 50;

const kept = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
const keep = (addresses) => sessionStorage.setItem(KEY, JSON.stringify(addresses.slice(-MOST)));

export function remember(address) {
  if (address) keep([...kept().filter((each) => each !== address), address]);
}

export function forget(address) {
  keep(kept().filter((each) => each !== address));
}

export const last = () => kept().at(-1);

export async function send(address, fields) {
  const body = new URLSearchParams(fields);
  const token = JSON.parse(document.body.getAttribute("hx-headers"));
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json", ...token } });
  const is_said = answer.headers.get("Content-Type")?.includes("json");
  const said = is_said ? await answer.json() : { detail: "That was not saved: reload the page and do it again." };
  if (!answer.ok || !is_said) throw new Error(said.detail);
  return said;
}

// What was done stands in a toast, which is read out; here is only said what was not.
export async function takeBack(address) {
  forget(address);
  try {
    await send(address, []);
  } catch (error) {
    announce(error.message);
  }
}
