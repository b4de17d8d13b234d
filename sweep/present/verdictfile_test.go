package present

import "testing"

// A verdict may differ from another in its last digits, and in nothing else.
func TestSays(t *testing.T) {
	const verdict, page = `{"a": [1, {"b": 2.5}], "words": ["x"], "none": null}`, `<p>x</p><svg>1</svg>`
	for other, want := range map[string]bool{
		verdict: true, `{"a": [1, {"b": 2.5000000001}], "words": ["x"], "none": null}`: true,
		`{"a": [1, {"b": 2.50001}], "words": ["x"], "none": null}`: false, `{"a": [1, {"b": 2.5}], "words": ["y"], "none": null}`: false,
		`{"a": [1], "words": ["x"], "none": null}`: false, `{"a": [1, {"b": 2.5}], "words": ["x"], "none": 0}`: false, `{"a": [1, {"b": 2.5}], "words": ["x"]}`: false, `{`: false, page: false,
	} {
		if equalContent([]byte(other), []byte(verdict)) != want {
			t.Errorf("%s is taken for the same: %v", other, !want)
		}
	}
	if !equalContent([]byte(`<p>x</p><svg>1.0</svg>`), []byte(page)) || equalContent([]byte(`<p>y</p><svg>1</svg>`), []byte(page)) {
		t.Error("pages are not compared by their text")
	}
}
