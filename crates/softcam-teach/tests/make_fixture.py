"""Makes logistic.json: labelled rows, and what scikit-learn's LogisticRegression fits to them.

    pip install numpy scikit-learn && python make_fixture.py
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(7)


def case(name, count, width, classes, penalty, apart):
    labels = np.arange(count) % classes
    centres = random.normal(size=(classes, width)) * apart
    rows = (centres[labels] + random.normal(size=(count, width))).round(4)
    # scikit-learn sums over examples, and has one weight vector for two classes; see logistic.rs.
    strength = (2 if classes == 2 else 1) / (penalty * count)
    fitted = LogisticRegression(C=strength, tol=1e-12, max_iter=100_000).fit(rows, labels)
    return {
        "name": name,
        "classes": classes,
        "penalty": penalty,
        "rows": rows.tolist(),
        "labels": labels.tolist(),
        "probabilities": fitted.predict_proba(rows).tolist(),
        "weights": fitted.coef_.tolist(),
        "biases": fitted.intercept_.tolist(),
    }


document = {
    "made_by": f"make_fixture.py, scikit-learn {sklearn.__version__}",
    "cases": [
        case("two classes", 40, 6, 2, 0.05, 0.7),
        case("four classes", 60, 9, 4, 0.01, 0.8),
        case("more values than examples", 24, 50, 3, 0.03, 0.5),
    ],
}
Path(__file__).with_name("logistic.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
