// Cutting a photo out of a picture: by dragging, by keys, by buttons. The server cuts; what is sent
// is the box, in parts of the picture. Without this script the form offers the middle.
"use strict";

const photoForm = document.querySelector("[data-photo]");

if (photoForm && window.createImageBitmap) {
  const at = (name) => photoForm.querySelector(`[data-${name}]`);
  const [wide, high] = photoForm.dataset.photo.split(":").map(Number);
  const canvas = at("canvas"), seen = at("seen"), said = at("said"), boxInput = at("box");
  const STEP = 0.02, LEAST = [154, 189], DRAWN = 480;
  let picture = null, box = null, held = null;

  // The box keeps its proportions and stays within the picture; y follows from x in pixels.
  const heightOf = (width) => (width * picture.width * high) / wide / picture.height;
  const clamp = (value, most) => Math.min(Math.max(value, 0), Math.max(most, 0));

  function place(x, y, width) {
    const most = Math.min(1, (picture.height * wide) / high / picture.width);
    const w = Math.min(Math.max(width, most / 20), most), h = heightOf(w);
    box = { x: clamp(x, 1 - w), y: clamp(y, 1 - h), w, h };
    draw();
  }

  function draw() {
    const context = canvas.getContext("2d");
    const [x, y, w, h] = [box.x * canvas.width, box.y * canvas.height, box.w * canvas.width, box.h * canvas.height];
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    context.fillStyle = "rgba(0, 0, 0, .55)";
    context.fillRect(0, 0, canvas.width, y);
    context.fillRect(0, y + h, canvas.width, canvas.height - y - h);
    context.fillRect(0, y, x, h);
    context.fillRect(x + w, y, canvas.width - x - w, h);
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.strokeRect(x, y, w, h);
    const source = [box.x * picture.width, box.y * picture.height, box.w * picture.width, box.h * picture.height];
    seen.getContext("2d").drawImage(picture, ...source, 0, 0, seen.width, seen.height);
    boxInput.value = [box.x, box.y, box.w, box.h].map((part) => part.toFixed(5)).join(",");
    tell(Math.round(source[2]), Math.round(source[3]));
  }

  function tell(width, height) {
    const isSmall = width < LEAST[0] || height < LEAST[1];
    const text = isSmall ? said.dataset.small : said.dataset.text;
    said.textContent = text.replace("{w}", width).replace("{h}", height);
    said.classList.toggle("said-error", isSmall);
  }

  const move = (right, down) => place(box.x + right * STEP, box.y + down * STEP, box.w);
  function grow(sign) {
    const w = box.w * (1 + sign * 0.06);
    place(box.x + (box.w - w) / 2, box.y + (box.h - heightOf(w)) / 2, w);
  }

  async function choose(file) {
    try {
      picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      picture = null;  // the server says what is wrong with it
    }
    at("crop").hidden = !picture;
    at("plain").hidden = !!picture;
    boxInput.disabled = !picture;
    if (!picture) return;
    canvas.width = Math.min(DRAWN, picture.width);
    canvas.height = Math.round((canvas.width * picture.height) / picture.width);
    const w = Math.min(1, (picture.height * wide) / high / picture.width);
    place((1 - w) / 2, (1 - heightOf(w)) / 2, w);
  }

  const point = (event) => {
    const rect = canvas.getBoundingClientRect();
    return [(event.clientX - rect.left) / rect.width, (event.clientY - rect.top) / rect.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    const [x, y] = point(event);
    held = { dx: x - box.x, dy: y - box.y };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = point(event);
    place(x - held.dx, y - held.dy, box.w);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { held = null; });

  const KEYS_OF = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    if (KEYS_OF[event.key]) move(...KEYS_OF[event.key]);
    else if (event.key === "+" || event.key === "=") grow(1);
    else if (event.key === "-") grow(-1);
    else return;
    event.preventDefault();
  });
  photoForm.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move], [data-grow]");
    if (!button || !box) return;
    if (button.dataset.move) move(...button.dataset.move.split(" ").map(Number));
    else grow(Number(button.dataset.grow));
  });
  const input = photoForm.querySelector("input[type=file]");
  input.addEventListener("change", () => input.files[0] && choose(input.files[0]));
  if (input.files[0]) choose(input.files[0]);
}
