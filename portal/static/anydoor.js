// Without this script everything works as well. With it, Exit leaves nothing to go back to, and
// what is typed is sent without the browser writing it to its list of tabs to restore; pages that
// were posted are kept in memory, so that Back shows them with their answers.
(function (d, h, pages, shifts, timer) {
  if (!d.getElementById("exit")) return;
  var at = h.state | 0;

  function leave(event) {
    if (event) event.preventDefault();
    d.documentElement.hidden = true;
    location.replace(d.getElementById("exit").href);
  }

  function keep() {
    pages[at] = [d.body, d.title, d.documentElement.lang, d.documentElement.dir];
  }

  function show(page) {
    d.documentElement.replaceChild(page[0], d.body);
    d.title = page[1];
    d.documentElement.lang = page[2];
    d.documentElement.dir = page[3];
  }

  function load(event, url, body, otherwise) {
    event.preventDefault();
    fetch(url, body ? { method: "POST", body: body } : {}).then(function (answer) {
      return answer.text().then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html"), root = fresh.documentElement;
        if (!fresh.getElementById("exit")) throw 0;
        keep();
        pages.length = ++at;
        h.pushState(at, "", answer.url);
        show([fresh.body, fresh.title, root.lang, root.dir]);
        var first = d.querySelector("[autofocus],h1");
        first.tabIndex = -1;
        scrollTo(0, 0);
        first.focus();
      });
    }).catch(otherwise);
  }

  d.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter, body = new URLSearchParams(new FormData(form));
    if (button && button.name) body.append(button.name, button.value);
    load(event, form.action, body, function () {
      if (button && button.name) form.append(Object.assign(d.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
      form.submit();
    });
  });

  d.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (!link) return;
    if (link.id === "exit") return leave(event);
    var plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (at && plain && !link.hash && link.origin === location.origin) load(event, link.href, 0, function () { location = link.href; });
  });

  addEventListener("popstate", function () {
    keep();
    at = h.state | 0;
    if (pages[at]) show(pages[at]); else location.reload();
  });

  d.addEventListener("keyup", function (event) {
    if (event.key !== "Shift") return void (shifts = 0);
    clearTimeout(timer);
    timer = setTimeout(function () { shifts = 0; }, 3000);
    if (++shifts > 2) leave();
  });
})(document, history, [], 0);
