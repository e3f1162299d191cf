# Renders each file as docutils does, and prints {path: [html, messages]}. What
# docutils says of a file, from a warning on, is among the messages.
import gc, io, json, sys
gc.disable()  # trees that stay are looked at again and again
from docutils.core import publish_string

out = {}
for path in sys.argv[1:]:
    said = io.StringIO()
    html = publish_string(
        open(path, encoding="utf-8").read(), source_path=path, writer_name="html5",
        settings_overrides={"_disable_config": True, "report_level": 2, "warning_stream": said,
                            "output_encoding": "unicode", "embed_stylesheet": False})
    out[path] = [html, said.getvalue()]
json.dump(out, sys.stdout)
