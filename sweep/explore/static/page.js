// What the scripts of all pages need: elements, boxes, what is wrong, and requests.

export const $ = id => document.getElementById(id);

// element makes an element of HTML with properties, attributes where they have a hyphen, and content.
export function element(name, properties = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "for") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...content);
  return made;
}

// box is a box to check, with its label.
export function box(name, checked, title, set) {
  const input = element("input", { type: "checkbox", checked, name });
  input.addEventListener("change", () => set(input.checked));
  return element("label", { className: "row", title }, input, " " + name);
}

// fail says what is wrong; nothing once it is right.
export function fail(text) {
  $("fault").textContent = text;
  $("fault").hidden = !text;
}

// list is the names of a list in an address.
export const list = text => (text ?? "").split(",").filter(part => part);

// get is the answer of the server; one that refuses is an error.
export async function get(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer;
}
