// The list of studies: two that are chosen are compared.
const chosen = () => [...document.querySelectorAll("input[name=study]:checked")];
const button = document.getElementById("compare-studies");
const update = () => { button.disabled = chosen().length !== 2; };
for (const box of document.querySelectorAll("input[name=study]")) box.addEventListener("change", update);
update();
