"""The names that the library promises, by where they are found; a test looks that each is there, and has a row."""


def words(text: str) -> list[str]:
    return text.split()


# Functions of Tensors: ``tensorgrad.name``, a method or both, as PyTorch has it.
FUNCTIONS = words("""
    add sub mul div floor_divide remainder pow neg reciprocal square sqrt rsqrt abs sign floor ceil round trunc
    clamp lerp
    addcmul
    eq ne lt le gt ge isclose allclose equal isnan isinf isfinite logical_and logical_or logical_not all any where
    exp expm1 log log1p log2 log10 logaddexp erf sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh
    relu sigmoid softmax log_softmax
    maximum minimum max min amax amin argmax argmin sort argsort topk
    sum mean prod var std logsumexp norm cumsum cumprod count_nonzero histogram histc bincount
    matmul mm bmm mv dot outer einsum addmm tensordot linalg.norm linalg.inv linalg.solve linalg.det linalg.cholesky
    reshape view permute transpose swapaxes t T mT squeeze unsqueeze flatten unflatten expand broadcast_to repeat tile
    repeat_interleave cat stack hstack vstack split chunk unbind flip roll tril triu diag diagonal movedim contiguous
    index_select gather scatter scatter_add take_along_dim masked_fill masked_select index_add nonzero
    add_ sub_ mul_ div_ zero_ fill_ copy_ clamp_
""")
# Of tensorgrad.nn.functional.
FUNCTIONAL = words("""
    relu sigmoid tanh gelu silu elu leaky_relu softplus logsigmoid hardtanh softmax log_softmax
    cross_entropy nll_loss mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy
    binary_cross_entropy_with_logits
    kl_div hinge_embedding_loss multi_margin_loss margin_ranking_loss cosine_similarity
    linear embedding one_hot dropout layer_norm batch_norm group_norm conv1d conv2d max_pool2d avg_pool2d
    scaled_dot_product_attention pad
""")
INDEXING = words("getitem setitem")  # x[...], and assignment to it
CREATION = words("""
    tensor Tensor as_tensor from_numpy zeros ones full empty arange linspace eye zeros_like ones_like full_like
    empty_like
    set_default_dtype set_printoptions
""")
CONVERSIONS = words("to float double long int bool type cpu item tolist numpy")  # methods
RANDOM = words("""
    Generator manual_seed initial_seed rand randn randint randperm normal multinomial bernoulli
""")
RANDOM_IN_PLACE = words("uniform_ normal_ exponential_ bernoulli_")  # methods
AUTOGRAD = words("no_grad enable_grad set_grad_enabled inference_mode")
AUTOGRAD_METHODS = words("backward grad retain_grad detach requires_grad_ register_hook")
AUTOGRAD_MODULE = words("grad Function gradcheck")
STRUCTURE = words("Module Parameter Buffer Sequential ModuleList ModuleDict ParameterList MLP")  # of nn, tested apart
MODULES = words("""
    Identity Flatten Unflatten Linear Bilinear Embedding ReLU LeakyReLU Tanh Sigmoid GELU SiLU ELU Softplus Softmax
    LogSoftmax
    Hardtanh Dropout LayerNorm BatchNorm1d GroupNorm RMSNorm Conv1d Conv2d MaxPool2d AvgPool2d
    MSELoss L1Loss SmoothL1Loss HuberLoss CrossEntropyLoss NLLLoss BCELoss BCEWithLogitsLoss KLDivLoss
    HingeEmbeddingLoss
    MultiMarginLoss
""")
INIT = words("""
    uniform_ normal_ constant_ zeros_ ones_ xavier_uniform_ xavier_normal_ kaiming_uniform_ kaiming_normal_
    orthogonal_
    trunc_normal_ calculate_gain
""")
UTILS = words("clip_grad_norm_ clip_grad_value_ parameters_to_vector vector_to_parameters")  # of nn.utils
OPTIMIZERS = words("SGD Adam AdamW RMSprop Adagrad")
SCHEDULERS = words("""
    StepLR MultiStepLR ExponentialLR CosineAnnealingLR LinearLR LambdaLR OneCycleLR CosineAnnealingWarmRestarts
    SequentialLR
    ReduceLROnPlateau
""")
FILES = words("save load")
DATA = words("""
    Dataset TensorDataset Subset DataLoader RandomSampler SequentialSampler random_split
""")
