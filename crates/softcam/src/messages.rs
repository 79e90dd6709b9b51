//! Every sentence that an [`Error`](crate::Error) can say, by its code.
//!
//! A code is for good: pages in other languages translate by it, and programs tell errors apart by it. `{name}` stands for
//! a value of the error. Whoever adds or changes a message writes `web/text/engine-codes.json` anew
//! (`SOFTCAM_WRITE=1 cargo test -p softcam --test messages`); a test holds the two equal.

use crate::fault::Fault;

/// What is wrong, and what to do about it.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub struct Message {
    /// In lower case with hyphens; never changes.
    pub code: &'static str,
    /// Who can mend it.
    pub fault: Fault,
    /// A sentence, `{name}` standing for a value.
    pub message: &'static str,
    /// What to do next, likewise; empty where nobody knows.
    pub advice: &'static str,
}

macro_rules! messages {
    ($($name:ident $fault:ident $code:literal $message:literal $advice:literal;)*) => {
        $(
            #[doc = $message]
            pub const $name: &Message = &Message {
                code: $code,
                fault: Fault::$fault,
                message: $message,
                advice: $advice,
            };
        )*

        /// All of them.
        pub const ALL: &[&Message] = &[$($name),*];
    };
}

messages! {
    // Pictures.
    PICTURE_EMPTY Image "picture-empty"
        "The file is empty."
        "Choose another file; this one may not have finished downloading.";
    PICTURE_FILE_TOO_LARGE Image "picture-file-too-large"
        "The file has {megabytes} MB, and at most {most} MB can be opened."
        "Make a smaller copy of the picture first.";
    PICTURE_TOO_LARGE Image "picture-too-large"
        "The picture is {width} x {height} pixels; at most {most} million pixels and {side} on a side can be opened."
        "Make a smaller copy of the picture first.";
    PICTURE_NEEDS_MEMORY Image "picture-needs-memory"
        "The picture needs {megabytes} MB of memory, and at most {most} MB are allowed."
        "Make a smaller copy of the picture first.";
    PICTURE_BEYOND_MEMORY Image "picture-beyond-memory"
        "The {format} picture needs more memory than is allowed."
        "Make a smaller copy of the picture first.";
    PICTURE_BEYOND_LIMITS Image "picture-beyond-limits"
        "The {format} picture is too large."
        "Make a smaller copy of the picture first.";
    PICTURE_CLAIMS_TOO_MUCH Image "picture-claims-too-much"
        "The {format} file claims to hold a picture that is too large to be opened."
        "Make a smaller copy of the picture first.";
    PICTURE_WITHOUT_PIXELS Image "picture-without-pixels"
        "The picture is {width} x {height} pixels: there is nothing to see."
        "Choose another picture.";
    PICTURE_KIND Image "picture-kind"
        "This kind of {format} picture cannot be read ({reason})."
        "Save it as an ordinary PNG or JPEG first.";
    PICTURE_DAMAGED Image "picture-damaged"
        "The {format} picture is damaged or cut off ({reason})."
        "Download or export it again, or choose another picture.";
    PICTURE_STOPS_DECODER Image "picture-stops-decoder"
        "The picture stops its decoder ({reason})."
        "Save it as an ordinary PNG or JPEG first; the fault is this program's, and whoever made it will want to see the file.";
    PICTURE_CUT_OFF Image "picture-cut-off"
        "The {format} picture is damaged or cut off: the file ends too early."
        "Download or export it again, or choose another picture.";
    PICTURE_HEIC Image "picture-heic"
        "This is a HEIC photo."
        "Export it as JPEG first; PNG, JPEG, WebP, BMP, GIF, TIFF and DICOM pictures can be opened.";
    PICTURE_AVIF Image "picture-avif"
        "This is an AVIF picture."
        "Save it as PNG or JPEG first; PNG, JPEG, WebP, BMP, GIF, TIFF and DICOM pictures can be opened.";
    PICTURE_VIDEO Image "picture-video"
        "This is a video."
        "Take a screenshot of one frame; PNG, JPEG, WebP, BMP, GIF, TIFF and DICOM pictures can be opened.";
    PICTURE_DICOM Image "picture-dicom"
        "This is a DICOM file."
        "Open it on the page or by softcam explain; elsewhere, export it as PNG from a DICOM viewer first.";
    PICTURE_PDF Image "picture-pdf"
        "This is a PDF."
        "Save the page as PNG first; PNG, JPEG, WebP, BMP, GIF, TIFF and DICOM pictures can be opened.";
    PICTURE_ZIP Image "picture-zip"
        "This is a ZIP archive."
        "Unpack it and choose one picture; PNG, JPEG, WebP, BMP, GIF, TIFF and DICOM pictures can be opened.";
    PICTURE_SVG Image "picture-svg"
        "This is an SVG drawing."
        "Export it as PNG first; PNG, JPEG, WebP, BMP, GIF, TIFF and DICOM pictures can be opened.";
    PICTURE_PAGE Image "picture-page"
        "This is a web page, not a picture."
        "Download the picture itself; sites give a page instead where they want to be asked first.";
    PICTURE_POINTER Image "picture-pointer"
        "This is a pointer of Git LFS, not the picture itself."
        "Fetch the picture by git lfs pull.";
    PICTURE_FORMAT Image "picture-format"
        "The file's format is {format}, which is not read."
        "Convert it to PNG first; PNG, JPEG, WebP, BMP, GIF, TIFF and DICOM pictures can be opened.";
    PICTURE_UNKNOWN Image "picture-unknown"
        "This is not a picture that can be read."
        "Choose another file; PNG, JPEG, WebP, BMP, GIF, TIFF and DICOM pictures can be opened.";
    PICTURE_NOT_RESIZED Image "picture-not-resized"
        "The picture cannot be resized ({reason})."
        "Choose another picture.";
    WINDOW_EMPTY Request "window-empty"
        "No grey lies in a window about {centre} that is {width} wide."
        "Choose a width of at least 1.";
    // Films: DICOM files.
    FILM_CUT_OFF Image "film-cut-off"
        "The DICOM file is damaged or cut off: it ends too early."
        "Download or export it again.";
    FILM_DAMAGED Image "film-damaged"
        "The DICOM file is damaged ({reason})."
        "Download or export it again, or choose another one.";
    FILM_WITHOUT_PICTURE Image "film-without-picture"
        "This DICOM file has no picture in it (modality {modality})."
        "Choose a file of the series that has one.";
    FILM_LACKS Image "film-lacks"
        "The DICOM file does not say its {name}, so its picture cannot be read."
        "Export it again from where it came from.";
    FILM_COMPRESSED Image "film-compressed"
        "The picture in this DICOM file is compressed by {name} ({uid}), which is not read."
        "Save it uncompressed first, for instance by gdcmconv --raw or dcmdjpeg.";
    FILM_KIND Image "film-kind"
        "This kind of DICOM picture is not read ({what})."
        "Export it as PNG from a DICOM viewer first.";
    FILM_FRAME Request "film-frame"
        "There is no frame {frame}; the file has {frames}."
        "Choose one from 1 to {frames}.";
    FILM_TABLE Request "film-table"
        "The file has no table {table} of greys."
        "Choose one of those that it has, or a window.";
    WINDOW_NOT_USED Request "window-not-used"
        "A window is for grey pictures of more than 8 bits, and this is none."
        "Leave the window out.";
    // What is asked of a picture.
    PART_OUTSIDE Request "part-outside"
        "{part} is no part of a photo of {width} x {height} pixels."
        "Choose a part that lies on the photo.";
    DRAWING_SIZE Request "drawing-size"
        "A picture of {width} x {height} pixels cannot be drawn."
        "Choose a size of 1 to {most} pixels in all.";
    MAP_NOT_DRAWN Request "map-not-drawn"
        "A map of {values} values for {rows} x {columns} cells cannot be drawn."
        "Pass the map with its own shape.";
    PLACE_NOT_DRAWN Request "place-not-drawn"
        "The map cannot be drawn: its {what} is {rect}."
        "Pass the map with its own placement.";
    MAPS_NOT_COMPARED Request "maps-not-compared"
        "Maps of {first} and {second} cells cannot be compared."
        "Compare maps of the same shape.";
    INPUT_SIZE Request "input-size"
        "A network cannot look at {size} x {size} pixels."
        "Choose a size from 1 to {most}.";
    EDITS_UNREADABLE Request "edits-unreadable"
        "The edits cannot be read: {reason}."
        "Pass a list of edits, each an object with its kind and the values of that kind.";
    EDIT_KIND Request "edit-kind"
        "There is no kind of edit \"{kind}\"."
        "Choose mask, turn, shift, zoom, brightness, contrast, blur, noise, jpeg or marker.";
    EDITS_TOO_MANY Request "edits-too-many"
        "{count} edits are too many."
        "Choose at most {most}.";
    EDIT_OF_ANOTHER_PHOTO Request "edit-of-another-photo"
        "The photo to edit has another size than the one that the network's square was found on."
        "Edit the photo that the placement belongs to.";
    EDIT_OUT_OF_RANGE Request "edit-out-of-range"
        "The value {what} of an edit is {value}."
        "Choose a value from {least} to {most}.";
    MASK_SHAPE Request "mask-shape"
        "A mask cannot have {rows} x {columns} cells."
        "Choose 1 to {most} rows and columns.";
    MASK_CELL Request "mask-cell"
        "There is no cell {cell} in a mask of {rows} x {columns} cells."
        "Choose cells from 0 to {last}.";
    LAYERS_TOO_MANY Request "layers-too-many"
        "{count} layers cannot be shuffled: the network has {all}."
        "Choose fewer layers.";
    // Methods of attribution.
    METHOD_UNKNOWN Request "method-unknown"
        "There is no method \"{name}\"."
        "The nearest names are {nearest}.";
    METHOD_LAYER Request "method-layer"
        "There is no layer {layer} to look behind: the network has {blocks} blocks."
        "Choose a layer from 1 to {blocks}.";
    METHOD_OPTION Request "method-option"
        "The option {what} of a method is {value}."
        "Choose a value from {least} to {most}.";
    METHOD_AGAINST_ITSELF Request "method-against-itself"
        "Class {class} cannot be explained against itself."
        "Choose two classes, or one alone.";
    METHOD_IMAGE Request "method-image"
        "An image of {values} values cannot be explained at {size} x {size} pixels."
        "Pass three channels of that size.";
    METHOD_PASSES Request "method-passes"
        "The map is not there yet: {missing} of {passes} passes are missing."
        "Run every pass of the method once.";
    // Classes of one's own.
    TEACH_CLASS_COUNT Request "teach-class-count"
        "{count} classes cannot be taught."
        "Give {least} to {most} classes.";
    TEACH_CLASS_UNNAMED Request "teach-class-unnamed"
        "A class has no name."
        "Give every class a name.";
    TEACH_CLASS_TWICE Request "teach-class-twice"
        "Two classes are called \"{name}\"."
        "Give every class a name of its own.";
    TEACH_CLASS_EMPTY Request "teach-class-empty"
        "The class \"{name}\" has no picture."
        "Add pictures to it, or remove the class.";
    TEACH_TOO_MANY Request "teach-too-many"
        "{count} pictures are too many to learn from at once."
        "Take at most {most}.";
    TEACH_FEATURES Request "teach-features"
        "Picture {index} has no features of this network."
        "Take it out and add it again.";
    TEACH_MEDICAL Request "teach-medical"
        "A model that judges people's health cannot be taught other classes here."
        "Take the model for everyday pictures.";
    CANCELLED Request "cancelled"
        "The run was stopped."
        "Ask again to get an answer.";
    // Classes and sizes.
    CLASS_NUMBER Request "class-number"
        "There is no class \"{query}\"."
        "Give a number from 0 to {last}, or a name.";
    CLASS_UNKNOWN Request "class-unknown"
        "The model knows no class \"{query}\"."
        "Give a number from 0 to {last}, or a name. The nearest names are {nearest}.";
    CLASS_AMBIGUOUS Request "class-ambiguous"
        "\"{query}\" could be any of {count} classes."
        "Be more precise, or give the number: {names}.";
    CLASS_OUT_OF_RANGE Request "class-out-of-range"
        "There is no class {class} among {count}."
        "Choose another class.";
    POPULATION_UNKNOWN Request "population-unknown"
        "The model has no population \"{query}\"."
        "Choose from: {names}.";
    POPULATION_NONE Request "population-none"
        "The model has no populations, and \"{query}\" was asked for."
        "Leave it out: all pictures are answered alike.";
    SIZE_OUT_OF_RANGE Request "size-out-of-range"
        "An input of {size} x {size} pixels cannot be explained."
        "Choose a size from {least} to {most}; {recommended} are recommended for this model.";
    ARCHITECTURE_UNKNOWN Request "architecture-unknown"
        "There is no architecture \"{name}\"."
        "The nearest names are {nearest}.";
    // The device.
    SELF_TEST_FAILED Device "self-test-failed"
        "The network does not give the answer that is stored in its file: it is off by {deviation} of the answer's range."
        "The file is damaged or the device computes wrongly. Download or convert the model again, or try another device.";
    DEVICE_UNKNOWN Device "device-unknown"
        "This build of softcam has nothing that computes on that device."
        "Choose another device.";
    DEVICE_FAILED Device "device-failed"
        "The device failed while computing ({reason})."
        "Try again, or switch to the CPU.";
    GPU_NOT_SET_UP Device "gpu-not-set-up"
        "The GPU could not be set up ({reason})."
        "The CPU will do.";
    RUN_WRONG_LENGTH Device "run-wrong-length"
        "The network returned {values} evidence values instead of {classes} maps of {height} x {width}."
        "Try again, or switch to the CPU.";
    RUN_WRONG_CLASSES Device "run-wrong-classes"
        "The run failed: {logits} logits for {classes} classes."
        "Nothing was drawn. Try again, or switch to the CPU.";
    RUN_NOT_FINITE Device "run-not-finite"
        "The run failed: the device returned values that are not finite."
        "Nothing was drawn. Try again, or switch to the CPU.";
    RUN_CONSTANT Device "run-constant"
        "The run failed: the device returned the same value everywhere."
        "Nothing was drawn. Try again, or switch to the CPU.";
    RUN_WRONG_SUM Device "run-wrong-sum"
        "The run failed: the map of class {class} adds up to {sum}, but its logit is {logit}."
        "Nothing was drawn. Try again, or switch to the CPU.";
    GRADIENT_BLOCK Request "gradient-block"
        "There is nothing behind block {block}; the choice is from {first} to {last}."
        "Choose another layer.";
    GRADIENT_CHANNELS Request "gradient-channels"
        "Behind block {block} there are {expected} channels, not {channels}."
        "Give what that block can give.";
    GRADIENT_LENGTH Request "gradient-length"
        "{values} values cannot fill {channels} channels of {height} x {width}."
        "Give one value for each channel and cell.";
    GRADIENT_LOGITS Request "gradient-logits"
        "There are {values} factors for {classes} logits."
        "Give one for each class.";
    RESULT_NOT_HANDED_OVER Device "result-not-handed-over"
        "A result could not be handed over ({reason})."
        "Try again.";
    ARGUMENT_INVALID Request "argument-invalid"
        "The argument {name} is not valid ({reason})."
        "See the type declarations of this package.";
    VARIANT_UNKNOWN Request "variant-unknown"
        "There is no variant {name}."
        "Choose own, convolution or matrix.";
    // Model files.
    MODEL_UNREADABLE Model "model-unreadable"
        "The model file cannot be used: {reason}."
        "Choose a .safetensors file that softcam convert made, or download it again.";
    MODEL_WITHOUT_CARD Model "model-without-card"
        "The model file cannot be used: it has no model card."
        "If these are float weights, turn them into a model with softcam convert first.";
    MODEL_VERSION Model "model-version"
        "The model file has format version {version}, and this program reads version {known}."
        "Update softcam, or convert the model again with this version.";
    TENSOR_MISSING Model "tensor-missing"
        "The model file cannot be used: tensor \"{tensor}\" is missing."
        "Download it again, or convert the model again.";
    TENSOR_UNEXPECTED Model "tensor-unexpected"
        "The model file cannot be used: tensor \"{tensor}\" is not part of the network."
        "Download it again, or convert the model again.";
    TENSOR_SHAPE Model "tensor-shape"
        "The model file cannot be used: tensor \"{tensor}\" has shape {shape} instead of {expected}."
        "Download it again, or convert the model again.";
    TENSOR_TYPE Model "tensor-type"
        "The model file cannot be used: tensor \"{tensor}\" has type {type} instead of {expected}."
        "Download it again, or convert the model again.";
    TENSOR_VALUE Model "tensor-value"
        "The model file cannot be used: tensor \"{tensor}\" holds {value} at index {index}."
        "Download it again, or convert the model again.";
    TENSOR_SCALE Model "tensor-scale"
        "The model file cannot be used: tensor \"{tensor}\" holds {value}, and a scale must be positive."
        "Download it again, or convert the model again.";
    TENSOR_VARIANCE Model "tensor-variance"
        "The model file cannot be used: tensor \"{tensor}\" holds {value}, and a variance must be positive."
        "Download it again, or convert the model again.";
    TENSOR_NIBBLES Model "tensor-nibbles"
        "The model file cannot be used: tensor \"{tensor}\" holds four bits that no int4 weight has."
        "Download it again, or convert the model again.";
    KNOWN_ANSWER_SIZE Model "known-answer-size"
        "The model file cannot be used: tensor \"{tensor}\" has shape {shape}, and its side must be from {least} to {most}."
        "Download it again, or convert the model again.";
    TOO_MANY_DIRECTIONS Model "too-many-directions"
        "The model file cannot be used: tensor \"{tensor}\" has {directions} directions for {features} features."
        "Download it again, or convert the model again.";
    LAYER_WITHOUT_WEIGHTS Model "layer-without-weights"
        "The model has no weights for layer \"{layer}\"."
        "Convert the model again with this version of softcam.";
    MODEL_WITHOUT_ANSWER Model "model-without-answer"
        "The model has no known answer to test this device with."
        "Convert the model again with this version of softcam.";
    ANSWER_NOT_COMPUTED Request "answer-not-computed"
        "The model has no known answer yet."
        "Compute it with Explainer::answer before writing the file.";
    LAYER_NOT_FOLDED Request "layer-not-folded"
        "Layer \"{layer}\" still has its batch normalisation."
        "Fold the model before writing it.";
    MODEL_NOT_WRITTEN Request "model-not-written"
        "The model file cannot be built: {reason}."
        "Make the model anew from its checkpoint.";
    // Model cards.
    CARD_UNREADABLE Model "card-unreadable"
        "The model file cannot be used: its model card cannot be read ({reason})."
        "Download it again, or convert the model again.";
    CARD_CLASSES Model "card-classes"
        "The model card is not valid: {count} classes."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_CLASS_UNNAMED Model "card-class-unnamed"
        "The model card is not valid: class {class} has no name."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_STRIDE Model "card-stride"
        "The model card is not valid: output stride {stride}, which must be one of {known}."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_EVIDENCE_BLOCK Model "card-evidence-block"
        "The model card is not valid: the class-evidence layer reads block {block}, which must be between 1 and {last}."
        "Leave the option out to read the last block, or give another block.";
    CARD_EVIDENCE_EXPANSION Model "card-evidence-expansion"
        "The model card is not valid: behind block {block} there is no 1x1 expansion that the class-evidence layer could read."
        "Leave the option out, or give another block.";
    CARD_EVIDENCE_EXPANSION_ALONE Model "card-evidence-expansion-alone"
        "The model card is not valid: the class-evidence layer is to read an expansion, and no block is given that it lies behind."
        "Give the block, or leave the option out.";
    CARD_SIGNED_FEATURES Model "card-signed-features"
        "The model card is not valid: signed features, which {architecture} does not have."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_SIZES Model "card-sizes"
        "The model card is not valid: input size {size} of {sizes}, which must ascend between {least} and {most}."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_MEAN Model "card-mean"
        "The model card is not valid: mean {mean}."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_STD Model "card-std"
        "The model card is not valid: standard deviation {std}."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_TEMPERATURE Model "card-temperature"
        "The model card is not valid: temperature {temperature}."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_SIGMOID_POINT Model "card-sigmoid-point"
        "The model card is not valid: it has an operating point for one class, and its classes do not exclude each other."
        "Leave the operating point out: of such a model, yes begins at one half for every class.";
    CARD_OPERATING_POINT Model "card-operating-point"
        "The model card is not valid: an operating point at {probability} for class {class} of {count}."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_POPULATION_NAME Model "card-population-name"
        "The model card is not valid: \"{name}\" is no name for a population, or two have it."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_POPULATION_DEFAULT Model "card-population-default"
        "The model card is not valid: its temperature and operating point are not those of its first population, \"{name}\"."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_NOVELTY_THRESHOLD Model "card-novelty-threshold"
        "The model card is not valid: an out-of-distribution threshold of {threshold} with residual variance {variance}."
        "The file is damaged or was not made by softcam convert; convert it again.";
    CARD_NOVELTY_BLOCKS Model "card-novelty-blocks"
        "The model card is not valid: {blocks} blocks to compare pictures by, and the network has {all}."
        "The file is damaged or was not made by softcam convert; convert it again.";
    // Checkpoints of other programs.
    CHECKPOINT_UNREADABLE Model "checkpoint-unreadable"
        "The checkpoint cannot be used: {reason}."
        "Download it again, or save the state dict again.";
    CHECKPOINT_NOT_FLOAT Model "checkpoint-not-float"
        "Tensor \"{tensor}\" of the checkpoint has type {type}, which is no float type."
        "Convert from the float weights: float16, bfloat16, float32 and float64 are read.";
    CHECKPOINT_MISFIT Model "checkpoint-misfit"
        "The checkpoint does not fit {architecture}:{problems}"
        "Check the architecture and the number of classes.";
    CHECKPOINT_UNKNOWN Model "checkpoint-unknown"
        "The checkpoint is of no network that this program knows: it has {count} float tensors, the first of which are {first}."
        "These are known: {known}.";
    CHECKPOINT_EMPTY Model "checkpoint-empty"
        "The checkpoint holds no float tensors."
        "Choose the file with the weights; a checkpoint that lies in several files has to be joined first.";
    CHECKPOINT_FOREIGN Model "checkpoint-foreign"
        "This looks like {network}; there is no way from it to a SoftCAM here."
        "These can be converted: {known}.";
    CHECKPOINT_WITHOUT_HEAD Model "checkpoint-without-head"
        "This is a {architecture} without its last layer: it gives features, and no classes."
        "Give the checkpoint of the whole classifier.";
    CHECKPOINT_HIDDEN Model "checkpoint-hidden"
        "Between pooling and classes, this {architecture} has a hidden layer: {layers}. What lies behind it is no sum of cells, so no cell has evidence of its own."
        "Train it once more with a single linear layer behind the pooling, and convert that checkpoint.";
    CHECKPOINT_HEAD_NORM Model "checkpoint-head-norm"
        "Between pooling and the last layer {last} lies a normalisation, {layer}."
        "Where nothing else lies between them, merge it into {last} in Python (torch.nn.utils.fusion.fuse_linear_bn_weights) and leave it out; else train once more without it.";
    CHECKPOINT_HEAD_CONCAT Model "checkpoint-head-concat"
        "The layer {layer} reads {inputs} values, twice the {features} that a cell has: mean and maximum side by side, as fastai pools. A maximum is no sum of cells."
        "Train it once more with mean pooling and a single linear layer, and convert that checkpoint.";
    CHECKPOINT_HEAD_FLAT Model "checkpoint-head-flat"
        "The layer {layer} reads {inputs} values: the whole map of {side} x {side} cells at once, so no cell has evidence of its own."
        "Train it once more with mean pooling and a single linear layer, and convert that checkpoint.";
    CHECKPOINT_HEAD_INPUT Model "checkpoint-head-input"
        "The layer {layer} reads {inputs} values, and a cell of this {architecture} has {features}."
        "Only a network whose last linear layer reads the mean of all cells can be converted.";
    CHECKPOINT_HEADS Request "checkpoint-heads"
        "The network has several last layers: {names}."
        "Say which: `head` in the description, or --head.";
    CHECKPOINT_NO_HEAD Request "checkpoint-no-head"
        "The checkpoint has no last layer {name}."
        "Choose from: {names}.";
    CHECKPOINT_NO_COPY Request "checkpoint-no-copy"
        "The checkpoint has no weights under {name}."
        "It has: {names}.";
    CHECKPOINT_CHANNELS Model "checkpoint-channels"
        "The first layer, {layer}, reads {channels} channels."
        "Networks that take colour (3 channels) or grey pictures (1) can be converted.";
    CHECKPOINT_LAST_RELU Model "checkpoint-last-relu"
        "This is a {architecture} whose layers a wrapper has renamed: names do not tell whether a ReLU follows its last normalisation."
        "Rename them so that the stem is features.conv0.weight where a ReLU follows, as in torchvision, or backbone.0.conv0.weight where none does.";
    CHECKPOINT_VGG Model "checkpoint-vgg"
        "This is a VGG with its original classifier, which cannot become a SoftCAM without training: its first hidden layer reads the whole 7x7 map at once, so no cell has evidence of its own."
        "Train it with hidden layers of 1x1 convolutions, as the official SoftCAM code does, and convert that checkpoint; or take a ResNet, DenseNet, MobileNetV2 or EfficientNet-Lite, which convert as they are.";
    CHECKPOINT_SIGNED Request "checkpoint-signed"
        "The tensors have the names of {convention}, which runs {architecture} without its last ReLU, and the model card says otherwise."
        "Set options.signed_features to true in the model card.";
    CHECKPOINT_UNSIGNED Request "checkpoint-unsigned"
        "The tensors have the names of {convention}, which runs {architecture} with its last ReLU, and the model card says otherwise."
        "Set options.signed_features to false in the model card.";
    CHECKPOINT_CLASS_NAMES Request "checkpoint-class-names"
        "The checkpoint has {classes} classes, and {names} class names were given."
        "Give one name per class, in the order of the logits.";
    FILE_PYTORCH Model "file-pytorch"
        "This is a PyTorch checkpoint, which can run code when it is opened."
        "Convert it with `softcam convert`, or save the state dict with safetensors.torch.save_file.";
    FILE_MODULE Model "file-module"
        "This is a whole pickled module, which means whatever its Python code does, and that code is not in it."
        "Load it in Python where that code is at hand and save the weights alone: torch.save(model.state_dict(), \"weights.pt\").";
    FILE_TORCHSCRIPT Model "file-torchscript"
        "This is a TorchScript program, which holds code beside the weights."
        "Save the weights alone in Python: torch.save(torch.jit.load(\"file.pt\").state_dict(), \"weights.pt\").";
    FILE_HDF5 Model "file-hdf5"
        "This is an HDF5 file, as Keras writes it."
        "Save the float weights as safetensors under PyTorch's names; networks of Keras itself cannot be converted.";
    FILE_KERAS Model "file-keras"
        "This is a Keras file."
        "Save the float weights as safetensors under PyTorch's names; networks of Keras itself cannot be converted.";
    FILE_TFLITE Model "file-tflite"
        "This is a TensorFlow Lite file."
        "Save the float weights as safetensors.";
    FILE_ONNX Model "file-onnx"
        "This is an ONNX file."
        "Give the checkpoint that it was exported from, as safetensors or as a PyTorch state dict.";
    FILE_GGUF Model "file-gguf"
        "This is a GGUF file, which holds a language model."
        "Choose a network for pictures: float weights as safetensors.";
    FILE_NUMPY Model "file-numpy"
        "This is a file of NumPy arrays."
        "Save them as safetensors: safetensors.numpy.save_file(dict(numpy.load(\"file.npz\")), \"weights.safetensors\").";
    FILE_ZIP Model "file-zip"
        "This is a zip archive, and no checkpoint."
        "Unpack it, and choose the file with the weights.";
    FILE_LFS Model "file-lfs"
        "This is a pointer of Git LFS: a few lines that stand for the real file."
        "Fetch the real one with `git lfs pull`, or download it from the page of the repository.";
    FILE_WEB_PAGE Model "file-web-page"
        "This is a web page, not the file itself."
        "Download the file again; where it is kept, one may have to log in or to choose \"download\".";
    FILE_JSON Model "file-json"
        "This is a JSON file: it describes a network and holds no weights."
        "Give it together with the file of the weights.";
    FILE_INDEX Model "file-index"
        "This is the index of a checkpoint that lies in several files."
        "Join them in Python: safetensors.torch.save_file(transformers.AutoModelForImageClassification.from_pretrained(\"folder\").state_dict(), \"whole.safetensors\").";
    FILE_PICTURE Model "file-picture"
        "This is a picture."
        "Choose a .safetensors file: a model of this project, or the state dict of a network.";
    FILE_EMPTY Model "file-empty"
        "The file is empty."
        "Download or save it again.";
    FILE_NOT_SAFETENSORS Model "file-not-safetensors"
        "This is no safetensors file."
        "Choose a .safetensors file: a model of this project, or the state dict of a network.";
    DESCRIPTION_SIZES Request "description-sizes"
        "The description asks for input size {size} of {sizes}: sizes must ascend between {least} and {most}, the trained one among them."
        "Choose a size in that range; the network takes any.";
    DESCRIPTION_MEAN Request "description-mean"
        "The description gives the mean {mean}."
        "Give three numbers in pixel values 0 to 255, or in 0 to 1.";
    DESCRIPTION_STD Request "description-std"
        "The description gives the standard deviation {std}; what the network sees is divided by it."
        "Give three numbers above 0, in pixel values 0 to 255, or in 0 to 1.";
    DESCRIPTION_TEMPERATURE Request "description-temperature"
        "The description gives the temperature {temperature}; logits are divided by it."
        "Give a number above 0, or leave it out.";
    DESCRIPTION_STRIDE Request "description-stride"
        "The description asks for output stride {stride}."
        "Choose from {known}, or leave it out.";
    DESCRIPTION_CLASS Request "description-class"
        "The description gives class {class} no name."
        "Give every class a name, or leave the names out.";
    DESCRIPTION_OF_WEIGHTS Request "description-of-weights"
        "The description speaks of the weights, and this model is finished."
        "Give it together with the float checkpoint, or say only what the card holds, such as the names of the classes.";
    DESCRIPTION_OF_MODEL Request "description-of-model"
        "The model has a card of its own, and a whole card was given beside it."
        "Give the card together with the float checkpoint, or settings such as the names of the classes.";
    DESCRIPTION_UNREADABLE Request "description-unreadable"
        "The description cannot be used ({reason})."
        "Give a model card as `softcam inspect --json` prints it, or settings such as the names of the classes.";
    WEIGHT_TOO_LARGE Request "weight-too-large"
        "Layer \"{layer}\" holds the weight {value}, which is too large for float16."
        "Choose int8 or float32.";
    BITS_TOO_FEW Request "bits-too-few"
        "{bits} bits per weight are too few: this network needs {least}."
        "Ask for at least {enough} bits.";
    NOTHING_TO_QUANTIZE Model "nothing-to-quantize"
        "The network has no float weights to choose integers for."
        "Give the float checkpoint, not a model that has been quantized before.";
    BITS_OUT_OF_RANGE Request "bits-out-of-range"
        "{bits} bits per weight are not possible."
        "Give a number above 0 and up to {most}.";
}
